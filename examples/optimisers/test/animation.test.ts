import { expect, test } from 'vitest'
import { animate } from '../src/animation.ts'

const picture = (d: string) =>
  `<svg><style></style><path aria-label="path of A" role="x" d="${d}" stroke="red"/>` +
  `<path aria-label="end of A" d="M0,0" fill="red"/><path d="M1,1L2,2"/></svg>`

/** When how much of the path is seen. */
const framesOf = (svg: string) =>
  [...svg.matchAll(/([\d.]+)%\{--along:([\d.]+)\}/g)].map(([, time, along]) => [
    Number(time),
    Number(along),
  ])

test('a path grows with its points: a point without a move is a pause', () => {
  // 10 to the right, a rest of two moments, 30 down.
  const frames = framesOf(animate(picture('M0,0L10,0L10,0L10,0L10,30')))
  const alongs = frames.map(([, along]) => along!)
  expect(alongs).toEqual(alongs.toSorted((a, b) => a - b))
  expect(frames[0]).toEqual([0, 0])
  expect(frames.at(-1)).toEqual([88, 1])
  // Of four moments, the rest is between the first and the third: (1/4)^½ and (3/4)^½ of the time.
  expect(alongs.filter((along) => along === 0.25).length).toBe(22)
})

test('the path and its dot get one name, everything else stays as it is', () => {
  const svg = animate(picture('M0,0L10,0'))
  expect(svg).toContain('<path class="race-0 path" pathLength="1" aria-label="path of A" role="x"')
  expect(svg).toContain('<path class="race-0 end" aria-label="end of A"')
  expect(svg).toContain('<path d="M1,1L2,2"/>')
  expect(svg).toContain(`.race-0.end { offset-path: path('M0,0L10,0') }`)
})

test('points within a pixel of the one before are left out', () => {
  const svg = animate(picture('M0,0L0.5,0L0.9,0L5,0L5.2,0'))
  expect(svg).toContain(' d="M0,0L5,0"')
})

test('a racer that never moved has a path, too', () => {
  const svg = animate(picture('M3,4L3,4'))
  expect(svg).toContain(' d="M3,4L3,4"')
  expect(framesOf(svg).every(([, along]) => along === 0)).toBe(true)
})

test('nothing moves for those who do not want it', () => {
  const [before] = animate(picture('M0,0L10,0')).split(
    '@media (prefers-reduced-motion: no-preference)',
  )
  expect(before).not.toContain('animation:')
})
