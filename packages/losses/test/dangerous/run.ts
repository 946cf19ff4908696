// What `dangerous.test.ts` runs in a process with little memory.
import { MLArray, ones, Value, zeros } from '@smol/mlarray'
// @boundaries-ignore what tests share stands with the lowest package
import { any, deep, doubled, holes, tell, type Calls } from '../../../value/test/fuzz/dangerous.ts'
import * as losses from '../../src/index.ts'
import * as metrics from '../../src/metrics.ts'

type Call = (...given: unknown[]) => unknown

const x = (): MLArray => new MLArray([1, 2])
const scores = (): MLArray => new MLArray([[1, 2, 0], [0, 1, 3]]) // prettier-ignore
const steps = (): MLArray => new MLArray([[[0, -1, -2]], [[-1, 0, -3]]]) // prettier-ignore
const many = 1e15
const [long, nested] = [holes(), deep()]

/** Every loss and metric, given as its second argument what no machine can read through. */
function besides(what: string, given: never): Calls {
  const all = Object.entries({ ...losses, ...metrics } as unknown as Record<string, Call>)
  return Object.fromEntries(
    all.map(([name, f]) => [`${name} beside ${what}`, () => f(x(), given, given, given)]),
  )
}

await tell(
  {
    ...besides('holes', long),
    ...besides('deep lists', nested),
    ...besides('doubled lists', doubled()),
    'predictions of holes': () => metrics.accuracy(long, [1]),
    'predictions of deep lists': () => metrics.r2(nested, [1]),
    'scores of doubled lists': () => metrics.rocAuc(doubled(), [1]),
    'a weight of holes': () => losses.mseLoss(x(), x(), { weight: long }),
    'a weight of deep lists': () => losses.maeLoss(x(), x(), { weight: nested }),
    'a weight of deep lists beside a Value': () =>
      losses.mseLoss(new Value(1), 1, { weight: nested }),
    'a weight that would make more': () =>
      losses.mseLoss(zeros([1e5]), zeros([1e5]), { weight: ones([1e5, 1]) }),
    // @ts-expect-error -- another shape
    'targets that would make more': () => losses.mseLoss(zeros([1e5]), zeros([1e5, 1])),
    'a weight of classes of holes': () =>
      losses.crossEntropyLoss(scores(), [0, 1], { classWeight: long }),
    'a posWeight of holes': () =>
      losses.binaryCrossEntropyWithLogitsLoss(x(), [0, 1], { posWeight: long }),
    'a label far out': () => losses.crossEntropyLoss(scores(), [0, many]),
    'a label farther out': () => losses.nllLoss(scores(), [0, 1e308]),
    'a label of no class': () => losses.multiMarginLoss(scores(), [0, 2 ** 31]),
    'an axis far out': () => losses.crossEntropyLoss(scores(), [0, 1], { axis: many }),
    'axes of holes': () => losses.diceLoss(scores(), scores(), { axis: long }),
    'a power far out': () => losses.multiMarginLoss(scores(), [0, 1], { p: any(many) }),
    'a smoothing far out': () =>
      losses.crossEntropyLoss(scores(), [0, 1], { labelSmoothing: many }),
    'a reduction of deep lists': () => losses.mseLoss(x(), x(), { reduction: nested }),
    'all pairs of too many': () => losses.contrastiveLoss(zeros([1e6, 0]), zeros([1e6, 0])),
    'ctc: a blank far out': () => losses.ctcLoss(steps(), [[1]], [2], [1], { blank: many }),
    'ctc: more steps than there are': () => losses.ctcLoss(steps(), [[1]], [many], [1]),
    'ctc: more labels than there are': () => losses.ctcLoss(steps(), [[1]], [2], [many]),
    'ctc: a label far out': () => losses.ctcLoss(steps(), [[many]], [2], [1]),
    'ctc: many joined labels': () => losses.ctcLoss(steps(), [1, 2], [2], [many]),
    'numClasses of a matrix': () => metrics.confusionMatrix([0], [0], { numClasses: many }),
    'a label beyond a matrix': () => metrics.confusionMatrix([0], [many]),
    'scores of more than a matrix': () => metrics.confusionMatrix(zeros([0, 1e9]), []),
    'numClasses of figures': () => metrics.precisionRecallF1([0], [0], { numClasses: 1e9 }),
    'a label beyond figures': () => metrics.precisionRecallF1([2 ** 31 - 1], [0]),
    'scores of more than figures': () => metrics.precisionRecallF1(zeros([0, 1e9]), []),
    'a label that is no 32 bits': () => metrics.accuracy([many], [0]),
    'an axis of scores': () => metrics.topKAccuracy(scores(), [0, 1], { axis: many }),
  },
  {
    'the largest label': () => metrics.accuracy([2 ** 31 - 1], [0]),
    'k of all classes': () => metrics.topKAccuracy(scores(), [0, 1], { k: many }),
    'scores of nothing': () => metrics.accuracy(zeros([0, 1e9]), []),
    'the best of nothing': () => metrics.topKAccuracy(zeros([0, 1e9]), []),
    'classes of nothing': () => losses.crossEntropyLoss(zeros([0, 1e9]), []),
    'r2 of nothing': () => metrics.r2(zeros([0, 1e9]), zeros([0, 1e9])),
    'r2 of many outputs': () => metrics.r2(zeros([2, 1e5]), zeros([2, 1e5])),
    'a margin far out': () => losses.hingeLoss(x(), [1, -1], { margin: 1e308 }),
    'ctc of no samples': () => losses.ctcLoss(zeros([1e9, 0, 3]), zeros([0, 1]), [], []),
  },
)
