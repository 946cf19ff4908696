// Fits a damped oscillation to noisy measurements and says how far the result can be
// trusted: all of it, from the model to the pictures, to be read from top to bottom.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Generator, hessian, inv, jacobian, linspace, MLArray, noGrad } from '@smol/mlarray'
import { LBFGS } from '@smol/optim'
import { parseOptions } from './options.ts'
import { drawFit, drawPulls } from './pictures.ts'
import { showProgress } from './progress.ts'
import { checkTable, correlationTable, estimateTable, type Estimate } from './report.ts'
import { percent, seconds, withError } from './report.ts'
import { confidenceFactor, coverage, moments } from './statistics.ts'

const { points, noise, repeats, seed } = parseOptions(process.argv.slice(2))

// The model: y(t) = a e^(−γt) cos(ωt + φ) + c, its five parameters in one array.

const NAMES = ['amplitude a', 'damping γ', 'frequency ω', 'phase φ', 'offset c']
const TRUTH = [2, 0.22, 2.4, 0.6, 0.5]

function model(parameters: MLArray, t: MLArray): MLArray {
  const [a, gamma, omega, phi, c] = parameters
  return t.mul(omega!).add(phi!).cos().mul(t.mul(gamma!).neg().exp()).mul(a!).add(c!)
}

// The experiment: the true curve, read at equal intervals with normally distributed errors.
// The fit sees `times` and what `measure` returns; of the truth and the noise it knows nothing.

const DURATION = 12
const times = linspace(0, DURATION, points)

const measure = (random: Generator): MLArray =>
  noGrad(() => model(new MLArray(TRUTH), times).add(random.normal([points], { std: noise })))

// Where to begin: the sum of squares has a valley for each number of periods, and L-BFGS goes
// down into the one where it stands. Of 300 waves, the one most like the measurements says which.

function guess(y: MLArray): MLArray {
  return noGrad(() => {
    const offset = y.mean()
    const swing = y.sub(offset)
    const frequencies = linspace(0.5, 6, 300)
    const angles = frequencies.outer(times)
    const inPhase = angles.cos().matmul(swing)
    const delayed = angles.sin().matmul(swing)
    const best = inPhase.hypot(delayed).argmax().item()
    return new MLArray([
      swing.abs().max().item(),
      1 / DURATION,
      frequencies.at(best).data,
      Math.atan2(-delayed.at(best).data, inPhase.at(best).data),
      offset.item(),
    ])
  })
}

// The fit: the parameters with the least sum of squares, which are the most likely ones where
// errors are normal. Then how firmly they are held: in a narrow valley firmly, in a wide one
// not. The covariance is the inverse of half the Hessian of χ² = S/σ² at the lowest point.

function fit(y: MLArray) {
  const sumOfSquares = (parameters: MLArray) => model(parameters, times).sub(y).square().sum()
  const parameters = guess(y)
  const optimizer = new LBFGS(parameters, {
    lineSearch: 'strongWolfe',
    maxIter: 200,
    toleranceGrad: 1e-8,
    toleranceChange: 0,
  })
  optimizer.step(() => {
    optimizer.zeroGrad()
    const loss = sumOfSquares(parameters)
    loss.backward()
    return loss
  })

  const freedom = points - TRUTH.length
  const variance = sumOfSquares(parameters).item() / freedom
  const covariance = inv(hessian(sumOfSquares)(parameters).div(2 * variance))
  const errors = covariance.diag().sqrt()
  return {
    parameters,
    covariance,
    errors,
    evaluations: optimizer.evaluations,
    noise: Math.sqrt(variance),
    noiseError: Math.sqrt(variance / (2 * freedom)),
  }
}

/** Fitted and true numbers, and how many standard errors lie between them: the pull. */
function compare(fitted: ReturnType<typeof fit>): Estimate[] {
  const values = [...fitted.parameters.toTypedArray(), fitted.noise]
  const errors = [...fitted.errors.toTypedArray(), fitted.noiseError]
  return [...NAMES, 'noise σ'].map((name, i) => {
    const truth = [...TRUTH, noise][i]!
    return {
      name,
      truth,
      value: values[i]!,
      error: errors[i]!,
      pull: (values[i]! - truth) / errors[i]!,
    }
  })
}

const random = new Generator(seed)
const measured = measure(random)
const result = fit(measured)
const estimates = compare(result)
const spread = result.errors.outer(result.errors)
const correlations = result.covariance.div(spread).toList() as number[][]

console.log(
  `${points} measurements, fitted in ${result.evaluations} evaluations of the sum of squares\n`,
)
console.log(estimateTable(estimates))
console.log(`\ncorrelations of the errors\n${correlationTable(NAMES, correlations)}\n`)

// The band: a small change of the parameters moves the curve by J times it, with J the Jacobian
// of its points in the parameters. So the diagonal of J C Jᵀ has the variances of the points.

const factor = confidenceFactor(points - TRUTH.length)
const fine = linspace(0, DURATION, 241)
const curveAt = (parameters: MLArray) => model(parameters, fine)
const slopes = jacobian(curveAt)(result.parameters)
const width = slopes.matmul(result.covariance).mul(slopes).sum({ axis: 1 }).sqrt().mul(factor)

// The check: are the errors right? Measure and fit again and again. The pulls should have mean
// 0 and spread 1, and the 95 % intervals should hold the truth 95 times in 100.

const start = performance.now()
const progress = showProgress(repeats)
const pulls: number[][] = []
for (let i = 1; i <= repeats; i++) {
  pulls.push(compare(fit(measure(random))).map(({ pull }) => pull))
  // oxlint-disable-next-line no-await-in-loop -- the bar is drawn between two fits
  await progress.step(`experiment ${i}/${repeats}`)
}
const duration = performance.now() - start
progress.end(`${repeats} more experiments, fitted in ${seconds(duration)}\n`)

const checks = estimates.map(({ name }, i) => {
  const own = pulls.map((row) => row[i]!)
  return { name, pulls: own, ...moments(own), inside: coverage(own, factor) }
})
console.log(checkTable(checks))

// The pictures, and the figures for other programs.

const numbers = (x: MLArray) => x.toTypedArray()
const fitPicture = await drawFit(
  {
    t: numbers(fine),
    fitted: numbers(curveAt(result.parameters)),
    width: numbers(width),
    truth: numbers(curveAt(new MLArray(TRUTH))),
  },
  {
    t: numbers(times),
    y: numbers(measured),
    residuals: numbers(measured.sub(model(result.parameters, times))),
    noise: result.noise,
  },
)
const [amplitude, , frequency] = estimates
const inside = moments(checks.map((check) => check.inside)).mean
const report = {
  figures: [
    {
      name: 'frequency',
      value: frequency!.value,
      text: `${withError(frequency!)}, true ${frequency!.truth}`,
    },
    {
      name: 'amplitude',
      value: amplitude!.value,
      text: `${withError(amplitude!)}, true ${amplitude!.truth}`,
    },
    { name: 'truth within the 95 % interval', value: inside, text: percent(inside) },
    { name: `${repeats} fits with errors`, value: duration, text: seconds(duration) },
  ],
  pictures: [
    {
      file: 'fit.svg',
      alt: 'Measurements, the fitted curve with its confidence band, the residuals',
    },
    {
      file: 'pulls.svg',
      alt: 'Histograms of the pulls of six parameters, each with the normal curve',
    },
  ],
}
const folder = resolve('out')
mkdirSync(folder, { recursive: true })
writeFileSync(join(folder, 'fit.svg'), fitPicture)
writeFileSync(join(folder, 'pulls.svg'), await drawPulls(checks))
writeFileSync(join(folder, 'figures.json'), `${JSON.stringify(report, null, 2)}\n`)
console.log(`
pictures: ${join(folder, 'fit.svg')}
          ${join(folder, 'pulls.svg')}`)
