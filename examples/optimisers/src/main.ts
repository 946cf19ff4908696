// Lets optimisers race down four landscapes and through a small network: all of it, from the
// rules of the race to the pictures, to be read from top to bottom.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { binaryCrossEntropyWithLogitsLoss } from '@smol/losses'
import { Generator, MLArray, xavierNormal, zeros } from '@smol/mlarray'
import { Adam, LBFGS, RMSprop, Rprop, SGD } from '@smol/optim'
import { LANDSCAPES } from './landscapes.ts'
import { parseOptions } from './options.ts'
import { drawCurves, drawRace } from './pictures.ts'
import { showProgress } from './progress.ts'
import { raceTable, seconds, type Race, type Run, type Spot } from './report.ts'

const { evaluations, seed } = parseOptions(process.argv.slice(2))

// The racers. Most ask for one gradient where they stand, and take a step. L-BFGS asks at several
// places before it takes one. What counts is the asking: it is what takes the time.

type Ask = () => MLArray
type Racer = {
  readonly name: string
  readonly start: (parameters: MLArray[], learningRate: number) => (ask: Ask) => void
}
type Stepper = { zeroGrad(): void; step(): boolean }

const RATES = [10, 3, 1, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001, 0.0003, 0.0001]

/** Asks once, and takes a step by the gradient. */
const simple = (
  name: string,
  make: (parameters: MLArray[], learningRate: number) => Stepper,
): Racer => ({
  name,
  start: (parameters, learningRate) => {
    const optimizer = make(parameters, learningRate)
    return (ask) => {
      optimizer.zeroGrad()
      ask().backward()
      optimizer.step()
    }
  },
})

const RACERS: readonly Racer[] = [
  simple('SGD', (parameters, learningRate) => new SGD(parameters, { learningRate })),
  simple(
    'momentum',
    (parameters, learningRate) => new SGD(parameters, { learningRate, momentum: 0.9 }),
  ),
  simple('RMSprop', (parameters, learningRate) => new RMSprop(parameters, { learningRate })),
  simple('Adam', (parameters, learningRate) => new Adam(parameters, { learningRate })),
  simple('Rprop', (parameters, learningRate) => new Rprop(parameters, { learningRate })),
  {
    name: 'L-BFGS',
    start(parameters, learningRate) {
      const optimizer = new LBFGS(parameters, {
        learningRate,
        maxIter: 1,
        lineSearch: 'strongWolfe',
      })
      return (ask) => {
        optimizer.step(() => {
          optimizer.zeroGrad()
          const loss = ask()
          loss.backward()
          return loss
        })
      }
    },
  },
]

// The courses: what is to become small, and in which numbers. Every run begins at the same place.

type Course = {
  readonly name: string
  /** Who is below this has arrived. */
  readonly goal: number
  /** Whether a place is on the course. */
  readonly allows: (place: readonly number[]) => boolean
  readonly prepare: () => { readonly parameters: MLArray[]; readonly loss: Ask }
}

const landscapes = LANDSCAPES.map(({ name, start, height, window }): Course => ({
  name,
  goal: 0.001,
  allows: (place) => place.every((x, i) => x >= window[0][i]! && x <= window[1][i]!),
  prepare() {
    const [x, y] = [new MLArray(start[0]), new MLArray(start[1])]
    return { parameters: [x, y], loss: () => height(x, y) }
  },
}))

// The network: it shall say on which of two spirals a point lies. 2 → 16 → 16 → 1.

const { points, labels } = spirals(new Generator(seed), 100)
const network: Course = {
  name: 'the network',
  goal: 0.05,
  allows: () => true,
  prepare() {
    const generator = new Generator(seed)
    const sizes = [2, 16, 16, 1]
    const layers = sizes.slice(1).map((size, i) => ({
      w: xavierNormal([sizes[i]!, size], { generator }),
      b: zeros([size]),
    }))
    const logits = () =>
      layers.reduce((x, { w, b }, i) => (i === 0 ? x : x.tanh()).matmul(w).add(b), points)
    return {
      parameters: layers.flatMap(({ w, b }): MLArray[] => [w, b]),
      loss: () => binaryCrossEntropyWithLogitsLoss(logits(), labels),
    }
  },
}

/** Two spirals around each other, with some noise: points `[2n, 2]` and labels 0 and 1 `[2n, 1]`. */
function spirals(random: Generator, count: number): { points: MLArray; labels: MLArray } {
  const noise = random.normal([2 * count, 2], { std: 0.06 }).toList() as number[][]
  const rows = noise.map(([dx, dy], i) => {
    const along = 0.25 + (0.75 * (i >> 1)) / count
    const angle = 3 * Math.PI * along + (i % 2) * Math.PI
    return [2 * along * Math.cos(angle) + dx!, 2 * along * Math.sin(angle) + dy!]
  })
  return {
    points: new MLArray(rows, { requiresGrad: false }),
    labels: new MLArray(
      rows.map((_, i) => [i % 2]),
      { requiresGrad: false },
    ),
  }
}

// The race: a racer runs a course with every learning rate, and its best run counts: the one that
// arrives first, or else the one that ends lowest. Who leaves the
// picture, or has a height that is no number, is out.

function run({ start }: Racer, { prepare, goal, allows }: Course, rate: number): Run {
  const { parameters, loss } = prepare()
  const step = start(parameters, rate)
  const track: Spot[] = []
  while (track.length < evaluations) {
    const place = parameters.map((parameter) => parameter.toTypedArray()[0]!)
    let height: number | undefined
    step(() => {
      const value = loss()
      height ??= value.item()
      track.push({ place, height })
      return value
    })
    if (!allows(place) || !Number.isFinite(height))
      return { rate, track, arrived: Infinity, last: Infinity }
  }
  track.length = evaluations
  const arrival = track.findIndex(({ height }) => height < goal)
  return { rate, track, arrived: arrival < 0 ? Infinity : arrival, last: track.at(-1)!.height }
}

const isBetter = (a: Run, b: Run) =>
  a.arrived < b.arrived || (a.arrived === b.arrived && a.last < b.last)

const courses = [...landscapes, network]
const races: Race[] = []
const began = performance.now()
const progress = showProgress(courses.length * RACERS.length)
for (const course of courses) {
  const runs: Race['runs'][number][] = []
  for (const each of RACERS) {
    const best = RATES.map((rate) => run(each, course, rate)).reduce((a, b) =>
      isBetter(b, a) ? b : a,
    )
    runs.push({ ...best, racer: each.name })
    // oxlint-disable-next-line no-await-in-loop -- the bar is drawn between two racers
    await progress.step(`${course.name}: ${each.name}`)
  }
  races.push({ course: course.name, goal: course.goal, runs })
}
const duration = performance.now() - began
progress.end(`${courses.length} courses, ${RACERS.length} racers, ${seconds(duration)}\n`)
console.log(`gradients until the goal, and the best learning rate of ${RATES.length}\n`)
console.log(raceTable(races))

// The pictures, and the figures for other programs.

const winners = races.map(({ course, runs }) => {
  const { racer, arrived } = runs.reduce((a, b) => (isBetter(b, a) ? b : a))
  return arrived <= evaluations
    ? { name: `first on ${course}`, value: arrived, text: `${racer}, ${arrived} gradients` }
    : { name: `first on ${course}`, value: evaluations, text: `nobody in ${evaluations} gradients` }
})
const report = {
  figures: [...winners, { name: 'all runs', value: duration, text: seconds(duration) }],
  pictures: [
    { file: 'race.svg', alt: 'The paths of six optimisers down four landscapes' },
    { file: 'network.svg', alt: 'The loss of a small network under six optimisers' },
  ],
}
const folder = resolve('out')
mkdirSync(folder, { recursive: true })
writeFileSync(join(folder, 'race.svg'), await drawRace(LANDSCAPES, races.slice(0, -1)))
writeFileSync(join(folder, 'network.svg'), await drawCurves(races.at(-1)!))
writeFileSync(join(folder, 'figures.json'), `${JSON.stringify(report, null, 2)}\n`)
console.log(`
pictures: ${join(folder, 'race.svg')}
          ${join(folder, 'network.svg')}`)
