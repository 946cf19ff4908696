// Teaches a small network to read handwritten digits: all of it, from the pixels to
// the pictures, to be read from top to bottom.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { crossEntropyLoss } from '@smol/losses'
import { accuracy, confusionMatrix } from '@smol/losses/metrics'
import { Generator, heNormal, MLArray, noGrad, zeros } from '@smol/mlarray'
import { Adam } from '@smol/optim'
import { batches, CLASSES, imageAt, loadDigits, PIXELS } from './data.ts'
import { parseOptions } from './options.ts'
import { drawCurves, drawMistakes, type Epoch } from './pictures.ts'
import { showProgress } from './progress.ts'
import { count, epochLine, matrixTable, percent, seconds } from './report.ts'

const HIDDEN = 128

const { epochs, batch, learningRate, seed } = parseOptions(process.argv.slice(2))
const { training, test } = loadDigits()
const random = new Generator(seed)
console.log(
  `${count(training.labels.length)} digits to learn from, ${count(test.labels.length)} to be tested on\n`,
)

// The network: 784 pixels → 128 hidden numbers → 10 logits, one for each digit.

const w1 = heNormal([PIXELS, HIDDEN], { dtype: 'float32', generator: random })
const b1 = zeros([HIDDEN], { dtype: 'float32' })
const w2 = heNormal([HIDDEN, CLASSES], { dtype: 'float32', generator: random })
const b2 = zeros([CLASSES], { dtype: 'float32' })

function network(images: Float32Array): MLArray {
  const shape = [images.length / PIXELS, PIXELS]
  const x = new MLArray(images, { shape, dtype: 'float32', requiresGrad: false })
  return x.matmul(w1).add(b1).relu().matmul(w2).add(b2)
}

// The training: read a batch, see how wrong that was, go a step downhill; again. The steps
// grow shorter, from the learning rate down to nothing.

const stepsPerEpoch = Math.ceil(training.labels.length / batch)
const optimizer = new Adam([w1, b1, w2, b2], {
  learningRate,
  schedule: (step, first) => first * (1 - step / (epochs * stepsPerEpoch)),
})
const history: Epoch[] = []
const start = performance.now()

for (let epoch = 1; epoch <= epochs; epoch++) {
  const progress = showProgress(stepsPerEpoch)
  const epochStart = performance.now()
  const sum = { images: 0, loss: 0, right: 0 }
  const score = () => ({ loss: sum.loss / sum.images, accuracy: sum.right / sum.images })
  const state = () =>
    epochLine(epoch, epochs, score(), sum.images / (performance.now() - epochStart))

  for (const { images, labels } of batches(training, batch, random)) {
    const logits = network(images)
    const loss = crossEntropyLoss(logits, labels)
    optimizer.zeroGrad()
    loss.backward()
    optimizer.step()

    sum.images += labels.length
    sum.loss += labels.length * loss.item()
    sum.right += labels.length * accuracy(logits, labels)
    // oxlint-disable-next-line no-await-in-loop -- the bar is drawn between two steps
    await progress.step(state())
  }

  const line = state()
  const tested = examine()
  history.push({ training: score(), test: tested })
  progress.end(`${line}  test ${percent(tested.accuracy)}`)
}
const trainingTime = performance.now() - start

/** How well the network reads digits that it has never seen. */
function examine() {
  return noGrad(() => {
    const logits = network(test.images)
    return {
      logits,
      loss: crossEntropyLoss(logits, test.labels).item(),
      accuracy: accuracy(logits, test.labels),
    }
  })
}

// The result: how often it is right, what it takes for what, and the pictures.

const result = examine()
console.log(`\ntest accuracy: ${percent(result.accuracy)}\n`)
console.log('confusion matrix: a row per digit, a column per answer')
console.log(matrixTable(confusionMatrix(result.logits, test.labels)))

const answers = result.logits.argmax({ axis: 1 }).toTypedArray()
const confidences = result.logits.softmax({ axis: 1 }).max({ axis: 1 }).toTypedArray()
const mistakes = Array.from(test.labels, (label, i) => ({
  pixels: imageAt(test, i),
  label,
  answer: answers[i]!,
  confidence: confidences[i]!,
})).filter(({ label, answer }) => label !== answer)

const folder = resolve('out')
mkdirSync(folder, { recursive: true })
writeFileSync(join(folder, 'curves.svg'), await drawCurves(history))
writeFileSync(join(folder, 'mistakes.svg'), await drawMistakes(mistakes, test.labels.length))
const figures = [
  { name: 'test accuracy', value: result.accuracy, text: percent(result.accuracy) },
  { name: 'test loss', value: result.loss, text: result.loss.toFixed(3) },
  { name: 'training', value: trainingTime, text: seconds(trainingTime) },
]
const pictures = [
  { file: 'mistakes.svg', alt: 'The test images that the network misread' },
  { file: 'curves.svg', alt: 'Loss and accuracy after each epoch' },
]
writeFileSync(join(folder, 'figures.json'), JSON.stringify({ figures, pictures }, null, 2))

console.log(`
training took ${seconds(trainingTime)}, everything ${seconds(performance.now())}
pictures: ${join(folder, 'curves.svg')}
          ${join(folder, 'mistakes.svg')}`)
