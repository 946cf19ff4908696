// From nothing to the first result, as the README's first example: products, tanh, a sum.
const { MLArray } = await import(process.argv[2])
const x = new MLArray([
  [1, 2],
  [3, 4],
])
const w = new MLArray([[0.5], [-0.5]])
if (!(Math.abs(x.matmul(w).tanh().sum().item() + 0.9242) < 1e-4)) process.exitCode = 1
