/** Update rules for one vector, coded from the papers with plain loops: what the rows are tested against. */

type Options = Readonly<Record<string, number | boolean>>
/** Takes a step in place; `t` counts from 1, `s` is the memory. */
type Definition = (
  p: number[],
  g: number[],
  t: number,
  s: Record<string, number[]>,
  o: Options,
) => void

const n = (x: number | boolean | undefined): number => Number(x ?? 0)
const zeros = (p: readonly number[]): number[] => p.map(() => 0)

function adamLike(decoupled: boolean): Definition {
  return (p, g, t, s, o) => {
    s['m'] ??= zeros(p)
    s['v'] ??= zeros(p)
    s['x'] ??= zeros(p)
    for (const i of p.keys()) {
      if (decoupled) p[i] = p[i]! - n(o['learningRate']) * n(o['weightDecay']) * p[i]!
      const gi = decoupled ? g[i]! : g[i]! + n(o['weightDecay']) * p[i]!
      s['m'][i] = n(o['beta1']) * s['m'][i]! + (1 - n(o['beta1'])) * gi
      s['v'][i] = n(o['beta2']) * s['v'][i]! + (1 - n(o['beta2'])) * gi ** 2
      s['x'][i] = Math.max(s['x'][i]!, s['v'][i])
      const mHat = s['m'][i] / (1 - n(o['beta1']) ** t)
      const vHat = (o['amsgrad'] ? s['x'][i] : s['v'][i]) / (1 - n(o['beta2']) ** t)
      p[i] = p[i]! - (n(o['learningRate']) * mHat) / (Math.sqrt(vHat) + n(o['eps']))
    }
  }
}

export const definitions: Readonly<Record<string, Definition>> = {
  SGD: (p, g, t, s, o) => {
    s['b'] ??= zeros(p)
    for (const i of p.keys()) {
      const gi = g[i]! + n(o['weightDecay']) * p[i]!
      s['b'][i] = t === 1 ? gi : n(o['momentum']) * s['b'][i]! + (1 - n(o['dampening'])) * gi
      const d = o['nesterov'] ? gi + n(o['momentum']) * s['b'][i] : s['b'][i]
      p[i] = p[i]! - n(o['learningRate']) * (o['momentum'] ? d : gi)
    }
  },
  AdaGrad: (p, g, t, s, o) => {
    s['s'] ??= p.map(() => n(o['initialAccumulatorValue']))
    for (const i of p.keys()) {
      const gi = g[i]! + n(o['weightDecay']) * p[i]!
      s['s'][i]! += gi ** 2
      const rate = n(o['learningRate']) / (1 + (t - 1) * n(o['learningRateDecay']))
      p[i]! -= (rate * gi) / (Math.sqrt(s['s'][i]!) + n(o['eps']))
    }
  },
  Adadelta: (p, g, _t, s, o) => {
    s['v'] ??= zeros(p)
    s['u'] ??= zeros(p)
    const rho = n(o['rho'])
    for (const i of p.keys()) {
      const gi = g[i]! + n(o['weightDecay']) * p[i]!
      s['v'][i] = rho * s['v'][i]! + (1 - rho) * gi ** 2
      const d = (Math.sqrt(s['u'][i]! + n(o['eps'])) / Math.sqrt(s['v'][i] + n(o['eps']))) * gi
      s['u'][i] = rho * s['u'][i]! + (1 - rho) * d ** 2
      p[i]! -= n(o['learningRate']) * d
    }
  },
  RMSprop: (p, g, _t, s, o) => {
    for (const name of ['v', 'a', 'b']) s[name] ??= zeros(p)
    const rho = n(o['alpha'])
    for (const i of p.keys()) {
      const gi = g[i]! + n(o['weightDecay']) * p[i]!
      s['v']![i] = rho * s['v']![i]! + (1 - rho) * gi ** 2
      s['a']![i] = rho * s['a']![i]! + (1 - rho) * gi
      const variance = s['v']![i] - (o['centered'] ? s['a']![i] ** 2 : 0)
      s['b']![i] = n(o['momentum']) * s['b']![i]! + gi / (Math.sqrt(variance) + n(o['eps']))
      p[i]! -= n(o['learningRate']) * s['b']![i]
    }
  },
  Adam: adamLike(false),
  AdamW: adamLike(true),
  NAdam: (p, g, t, s, o) => {
    for (const name of ['m', 'v']) s[name] ??= zeros(p)
    const mu = (k: number): number =>
      n(o['beta1']) * (1 - 0.5 * 0.96 ** (k * n(o['momentumDecay'])))
    let product = 1
    for (let k = 1; k <= t; k++) product *= mu(k)
    const rate = n(o['learningRate'])
    for (const i of p.keys()) {
      if (o['decoupledWeightDecay']) p[i]! *= 1 - rate * n(o['weightDecay'])
      const gi = g[i]! + (o['decoupledWeightDecay'] ? 0 : n(o['weightDecay']) * p[i]!)
      s['m']![i] = n(o['beta1']) * s['m']![i]! + (1 - n(o['beta1'])) * gi
      s['v']![i] = n(o['beta2']) * s['v']![i]! + (1 - n(o['beta2'])) * gi ** 2
      const mHat =
        (mu(t + 1) * s['m']![i]) / (1 - product * mu(t + 1)) + ((1 - mu(t)) * gi) / (1 - product)
      p[i]! -= (rate * mHat) / (Math.sqrt(s['v']![i] / (1 - n(o['beta2']) ** t)) + n(o['eps']))
    }
  },
  RAdam: (p, g, t, s, o) => {
    for (const name of ['m', 'v']) s[name] ??= zeros(p)
    const [b1, b2, rate] = [n(o['beta1']), n(o['beta2']), n(o['learningRate'])]
    const most = 2 / (1 - b2) - 1
    const rho = most - (2 * t * b2 ** t) / (1 - b2 ** t)
    for (const i of p.keys()) {
      if (o['decoupledWeightDecay']) p[i]! *= 1 - rate * n(o['weightDecay'])
      const gi = g[i]! + (o['decoupledWeightDecay'] ? 0 : n(o['weightDecay']) * p[i]!)
      s['m']![i] = b1 * s['m']![i]! + (1 - b1) * gi
      s['v']![i] = b2 * s['v']![i]! + (1 - b2) * gi ** 2
      const mHat = s['m']![i] / (1 - b1 ** t)
      const r = Math.sqrt(((rho - 4) * (rho - 2) * most) / ((most - 4) * (most - 2) * rho))
      const adapted = (Math.sqrt(1 - b2 ** t) / (Math.sqrt(s['v']![i]) + n(o['eps']))) * r
      p[i]! -= rate * mHat * (rho > 5 ? adapted : 1)
    }
  },
  Adamax: (p, g, t, s, o) => {
    for (const name of ['m', 'u']) s[name] ??= zeros(p)
    for (const i of p.keys()) {
      const gi = g[i]! + n(o['weightDecay']) * p[i]!
      s['m']![i] = n(o['beta1']) * s['m']![i]! + (1 - n(o['beta1'])) * gi
      s['u']![i] = Math.max(n(o['beta2']) * s['u']![i]!, Math.abs(gi) + n(o['eps']))
      p[i]! -= ((n(o['learningRate']) / (1 - n(o['beta1']) ** t)) * s['m']![i]) / s['u']![i]
    }
  },
  Adan: (p, g, t, s, o) => {
    for (const name of ['m', 'v', 'n']) s[name] ??= zeros(p)
    const before = (s['g'] ??= [...g])
    const [b1, b2, b3, rate] = [n(o['beta1']), n(o['beta2']), n(o['beta3']), n(o['learningRate'])]
    for (const i of p.keys()) {
      const d = g[i]! - before[i]!
      s['m']![i] = b1 * s['m']![i]! + (1 - b1) * g[i]!
      s['v']![i] = b2 * s['v']![i]! + (1 - b2) * d
      s['n']![i] = b3 * s['n']![i]! + (1 - b3) * (g[i]! + b2 * d) ** 2
      const step = s['m']![i] / (1 - b1 ** t) + (b2 * s['v']![i]) / (1 - b2 ** t)
      const change = (rate * step) / (Math.sqrt(s['n']![i] / (1 - b3 ** t)) + n(o['eps']))
      p[i] = o['proximal']
        ? (p[i]! - change) / (1 + rate * n(o['weightDecay']))
        : p[i]! * (1 - rate * n(o['weightDecay'])) - change
    }
    s['g'] = [...g]
  },
  Lion: (p, g, _t, s, o) => {
    s['m'] ??= zeros(p)
    for (const i of p.keys()) {
      const c = n(o['beta1']) * s['m'][i]! + (1 - n(o['beta1'])) * g[i]!
      p[i]! -= n(o['learningRate']) * (Math.sign(c) + n(o['weightDecay']) * p[i]!)
      s['m'][i] = n(o['beta2']) * s['m'][i]! + (1 - n(o['beta2'])) * g[i]!
    }
  },
  Rprop: (p, g, _t, s, o) => {
    s['step'] ??= p.map(() => n(o['learningRate']))
    s['g'] ??= zeros(p)
    for (const i of p.keys()) {
      const agreement = Math.sign(g[i]! * s['g'][i]!)
      if (agreement > 0)
        s['step'][i] = Math.min(s['step'][i]! * n(o['etaPlus']), n(o['stepSizeMax']))
      if (agreement < 0)
        s['step'][i] = Math.max(s['step'][i]! * n(o['etaMinus']), n(o['stepSizeMin']))
      s['g'][i] = agreement < 0 ? 0 : g[i]!
      p[i]! -= Math.sign(s['g'][i]) * s['step'][i]!
    }
  },
  ASGD: (p, g, t, s, o) => {
    s['ax'] ??= zeros(p)
    const [rate, lambda, kappa] = [n(o['learningRate']), n(o['lambd']), n(o['alpha'])]
    const eta = t === 1 ? rate : rate / (1 + lambda * rate * (t - 1)) ** kappa
    const mu = 1 / Math.max(1, t - 1 - n(o['t0']))
    for (const i of p.keys()) {
      const gi = g[i]! + n(o['weightDecay']) * p[i]!
      p[i] = p[i]! * (1 - lambda * eta) - eta * gi
      s['ax'][i] = s['ax'][i]! + mu * (p[i] - s['ax'][i]!)
    }
  },
}
