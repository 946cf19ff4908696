"""Prints `torch.jsonl`: every loss that PyTorch has, with its options alone and combined, by PyTorch in
float64; losses that it lacks by a formula written in its operations. Run by hand where a loss is added:

    python3 test/reference.py > test/torch.jsonl

A line holds the loss, the arrays that get gradients, the other arguments, the options, the value, the
gradient that is sent back, and what arrives. `null` is NaN.

PyTorch 1.13.1 wrote the file. It gives the same bytes on every x86 processor with AVX2: the set of
instructions is fixed here, and nothing calls a BLAS, whose sums come in an order of its own.
"""
import os
os.environ["ATEN_CPU_CAPABILITY"] = "avx2"
import json
import math
import torch
import torch.nn.functional as F

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
ALL = ("none", "mean", "sum")


def plain(x):
    if isinstance(x, torch.Tensor):
        x = x.detach().tolist()
    if isinstance(x, list):
        return [plain(y) for y in x]
    if isinstance(x, float):
        return None if math.isnan(x) else x
    return x


def case(loss, f, inputs, rest=(), options=None, reductions=ALL):
    for reduction in reductions:
        leaves = [x.clone().requires_grad_() for x in inputs]
        y = f(*leaves, reduction=reduction)
        up = torch.randn(y.shape)
        grads = torch.autograd.grad(y, leaves, up)
        given = {**(options or {}), "reduction": reduction}
        print(json.dumps([loss, *map(plain, ([*inputs], [*rest])), plain_options(given),
                          *map(plain, (y, up, [*grads]))]))


def plain_options(options):
    return {name: plain(x) for name, x in options.items()}


def reduced(x, reduction):
    return {"none": x, "mean": x.mean(), "sum": x.sum()}[reduction]


def signs(*shape):
    return torch.randint(0, 2, shape) * 2. - 1


S = (2, 3)
p, t, w = torch.randn(S) * 2, torch.randn(S) * 2, torch.rand(S)
y, bits = signs(*S), torch.randint(0, 2, S) * 1.
prob, soft = torch.rand(S), torch.rand(S)

# ---- Regression ----
case("mseLoss", lambda a, reduction: F.mse_loss(a, t, reduction=reduction), [p], [t])
case("mseLoss", lambda a, reduction: reduced((a - t) ** 2 * w[0], reduction), [p], [t], {"weight": w[0]})
case("maeLoss", lambda a, reduction: F.l1_loss(a, t, reduction=reduction), [p], [t])
for delta in (1., .3, 5.):
    case("huberLoss", lambda a, reduction: F.huber_loss(a, t, delta=delta, reduction=reduction),
         [p], [t], {"delta": delta})
for beta in (1., 0., .3):
    case("smoothL1Loss", lambda a, reduction: F.smooth_l1_loss(a, t, beta=beta, reduction=reduction),
         [p], [t], {"beta": beta})
case("logCoshLoss", lambda a, reduction: reduced(torch.cosh(a - t).log(), reduction), [p], [t])
for q in (.5, .9):
    case("quantileLoss", lambda a, reduction: reduced(torch.max(q * (t - a), (q - 1) * (t - a)), reduction),
         [p], [t], {"quantile": q})

# ---- Binary ----
for target in (bits, soft):
    case("binaryCrossEntropyLoss",
         lambda a, b, reduction: F.binary_cross_entropy(a, b, reduction=reduction), [prob, target])
    case("binaryCrossEntropyLoss",
         lambda a, reduction: F.binary_cross_entropy(a, target, w, reduction=reduction),
         [prob], [target], {"weight": w})
    x = p * 5
    case("binaryCrossEntropyWithLogitsLoss",
         lambda a, b, reduction: F.binary_cross_entropy_with_logits(a, b, reduction=reduction), [x, target])
    for options in ({"posWeight": w[0]}, {"weight": w}, {"posWeight": w[0], "weight": w}):
        case("binaryCrossEntropyWithLogitsLoss",
             lambda a, reduction: F.binary_cross_entropy_with_logits(
                 a, target, options.get("weight"), pos_weight=options.get("posWeight"), reduction=reduction),
             [x], [target], options)
edge = torch.tensor([0., 1, 0, 1, 1e-20, 1 - 1e-15, 1e-13])
case("binaryCrossEntropyLoss", lambda a, reduction: F.binary_cross_entropy(
    a, torch.tensor([1., 0, 0, 1, 1, 0, .3]), reduction=reduction), [edge], [[1, 0, 0, 1, 1, 0, .3]])


def focal(a, alpha, gamma):
    q = torch.sigmoid(a)
    right = q * bits + (1 - q) * (1 - bits)
    share = alpha * bits + (1 - alpha) * (1 - bits) if alpha >= 0 else 1
    return share * (1 - right) ** gamma * F.binary_cross_entropy_with_logits(a, bits, reduction="none")


for alpha, gamma in ((.25, 2.), (-1., 2.), (.7, .5), (.25, 0.)):
    case("focalLoss", lambda a, reduction: reduced(focal(a, alpha, gamma), reduction), [p], [bits],
         {"alpha": alpha, "gamma": gamma})


def dice(a, b, axis, smooth, power):
    above = 2 * (a * b).sum(axis) + smooth
    return 1 - above / ((a ** power).sum(axis) + (b ** power).sum(axis) + smooth)


a3, b3 = torch.rand(2, 3, 2), torch.rand(2, 3, 2)
case("diceLoss", lambda a, b, reduction: reduced(dice(a, b, (1, 2), 1, 1), reduction), [a3, b3])
case("diceLoss", lambda a, b, reduction: reduced(dice(a, b, 2, 0, 2), reduction), [a3, b3], (),
     {"axis": 2, "smooth": 0, "squared": True})

# ---- Classes ----
for extra in ((), (2,)):
    logits = torch.randn(3, 4, *extra) * 3
    classes = torch.randint(0, 4, (3, *extra))
    ignored = classes.clone()
    ignored.view(-1)[0] = -100
    cw = torch.rand(4) + .1
    q = F.softmax(torch.randn(3, 4, *extra), 1)
    for name, labels, options in (
        ("plain", classes, {}), ("ignored", ignored, {}), ("weights", classes, {"classWeight": cw}),
        ("both", ignored, {"classWeight": cw}),
        ("other", classes, {"classWeight": cw, "ignoreIndex": int(classes.view(-1)[0])}),
    ):
        weight, index = options.get("classWeight"), options.get("ignoreIndex", -100)
        case("nllLoss", lambda a, reduction: F.nll_loss(
            a, labels, weight, ignore_index=index, reduction=reduction),
            [F.log_softmax(logits, 1)], [labels], options)
        for smoothing in (0., .1, 1.):
            case("crossEntropyLoss", lambda a, reduction: F.cross_entropy(
                a, labels, weight, ignore_index=index, label_smoothing=smoothing, reduction=reduction),
                [logits], [labels], {**options, "labelSmoothing": smoothing})
    for options in ({}, {"labelSmoothing": .2}, {"classWeight": cw}, {"classWeight": cw, "labelSmoothing": .2}):
        case("crossEntropyLoss", lambda a, b, reduction: F.cross_entropy(
            a, b, options.get("classWeight"), label_smoothing=options.get("labelSmoothing", 0.),
            reduction=reduction), [logits, q], (), options)
    case("categoricalCrossEntropyLoss", lambda a, b, reduction: reduced(-(b * a.log()).sum(1), reduction),
         [F.softmax(logits, 1), q])
case("crossEntropyLoss", lambda a, reduction: F.cross_entropy(a.movedim(-1, 1), classes, reduction=reduction),
     [torch.randn(3, 2, 4)], [classes], {"axis": -1})
row, one = torch.randn(4), torch.tensor(2)
case("crossEntropyLoss", lambda a, reduction: F.cross_entropy(a, one, reduction=reduction), [row], [one])
case("crossEntropyLoss", lambda a, reduction: F.cross_entropy(a, torch.full((3,), -100), reduction=reduction),
     [torch.randn(3, 4)], [[-100] * 3])

# ---- Margins ----
for margin in (1., .3):
    given = {"margin": margin}
    case("hingeLoss", lambda a, reduction: reduced((margin - a * y).clamp(min=0), reduction), [p], [y], given)
    case("squaredHingeLoss", lambda a, reduction: reduced((margin - a * y).clamp(min=0) ** 2, reduction),
         [p], [y], given)
    case("hingeEmbeddingLoss", lambda a, reduction: F.hinge_embedding_loss(
        a, y, margin=margin, reduction=reduction), [p], [y], given)
    case("marginRankingLoss", lambda a, b, reduction: F.margin_ranking_loss(
        a, b, y, margin=margin, reduction=reduction), [p, t], [y], given)
    for power in (1, 2):
        for weight in (None, cw):
            options = {"p": power, "margin": margin, **({} if weight is None else {"classWeight": weight})}
            scores, labels = torch.randn(3, 4), torch.randint(0, 4, (3,))
            case("multiMarginLoss", lambda a, reduction: F.multi_margin_loss(
                a, labels, p=power, margin=margin, weight=weight, reduction=reduction),
                [scores], [labels], options)
    for power in (2., 1., 3.):
        for swap in (False, True):
            case("tripletMarginLoss", lambda a, b, c, reduction: F.triplet_margin_loss(
                a, b, c, margin=margin, p=power, swap=swap, reduction=reduction),
                [torch.randn(3, 2), torch.randn(3, 2), torch.randn(3, 2)], (),
                {"margin": margin, "p": power, "swap": swap})
case("softMarginLoss", lambda a, reduction: F.soft_margin_loss(a, y, reduction=reduction), [p], [y])
case("multiMarginLoss", lambda a, reduction: F.multi_margin_loss(a, one, reduction=reduction), [row], [one])
for margin in (0., .4):
    case("cosineEmbeddingLoss", lambda a, b, reduction: F.cosine_embedding_loss(
        a, b, y[0], margin=margin, reduction=reduction),
        [torch.randn(3, 4), torch.randn(3, 4)], [y[0]], {"margin": margin})


def contrastive(a, b, temperature, reduction):
    z = F.normalize(torch.cat([a, b]))
    similar = (z[:, None] * z).sum(2)
    others = (similar / temperature).masked_fill(torch.eye(len(z), dtype=torch.bool), -1e300)
    return F.cross_entropy(others, (torch.arange(len(z)) + len(a)) % len(z), reduction=reduction)


for temperature in (.5, .1):
    case("contrastiveLoss", lambda a, b, reduction: contrastive(a, b, temperature, reduction),
         [torch.randn(3, 4), torch.randn(3, 4)], (), {"temperature": temperature})

# ---- Distributions ----
logp, logq = F.log_softmax(p, -1), F.log_softmax(t, -1)
DIVERGENCES = (*ALL, "batchmean")
case("klDivergenceLoss", lambda a, b, reduction: F.kl_div(a, b, reduction=reduction),
     [logp, logq.exp()], (), {}, DIVERGENCES)
case("klDivergenceLoss", lambda a, b, reduction: F.kl_div(a, b, log_target=True, reduction=reduction),
     [logp, logq], (), {"logTarget": True}, DIVERGENCES)
counts = torch.tensor([[0., 1, 2], [3, 0, 7]])
for log_input in (True, False):
    for full in (False, True):
        for eps in (1e-8, .1):
            case("poissonNllLoss", lambda a, reduction: F.poisson_nll_loss(
                a, counts, log_input=log_input, full=full, eps=eps, reduction=reduction),
                [p if log_input else p.abs()], [counts], {"logInput": log_input, "full": full, "eps": eps})
for full in (False, True):
    for shape in (S, (2,), (2, 1)):
        variances = torch.rand(shape)
        variances.view(-1)[0] = 1e-3
        for eps in (1e-6, .1):
            # The variances go where the third argument is.
            case("gaussianNllLoss", lambda a, v, reduction: F.gaussian_nll_loss(
                a, t, v, full=full, eps=eps, reduction=reduction), [p, variances], [t],
                {"full": full, "eps": eps})

# ---- CTC ----
for blank in (0, 3):
    labels = torch.randint(0, 3, (3, 2)) + (1 if blank == 0 else 0)
    ins, outs = [7, 5, 6], [2, 0, 1]
    for rows in (labels, [*labels[0].tolist(), int(labels[2, 0])]):
        # PyTorch's gradient is that of what went into log_softmax.
        logits = torch.randn(7, 3, 4)
        case("ctcLoss", lambda a, reduction: F.ctc_loss(
            F.log_softmax(a, 2), torch.tensor(rows) if isinstance(rows, list) else rows, torch.tensor(ins),
            torch.tensor(outs), blank=blank, reduction=reduction), [logits], [rows, ins, outs], {"blank": blank})
