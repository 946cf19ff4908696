/**
 * The baseline: what a careful person writes by hand. Fields and one closure per node, no sets, and an
 * order without recursion. It checks nothing, and knows first derivatives only.
 */
export class Closure {
  declare data: number
  declare grad: number
  declare readonly a: Closure | undefined
  declare readonly b: Closure | undefined
  declare backprop: (() => void) | undefined
  declare mark: number

  constructor(data: number, a?: Closure, b?: Closure) {
    this.data = data
    this.grad = 0
    this.a = a
    this.b = b
    this.backprop = undefined
    this.mark = 0
  }

  add(b: Closure): Closure {
    const y = new Closure(this.data + b.data, this, b)
    y.backprop = () => {
      this.grad += y.grad
      b.grad += y.grad
    }
    return y
  }

  mul(b: Closure): Closure {
    const y = new Closure(this.data * b.data, this, b)
    y.backprop = () => {
      this.grad += y.grad * b.data
      b.grad += y.grad * this.data
    }
    return y
  }

  relu(): Closure {
    const y = new Closure(Math.max(this.data, 0), this)
    y.backprop = () => {
      if (y.data > 0) this.grad += y.grad
    }
    return y
  }

  backward(): void {
    const order = orderOf(this)
    this.grad = 1
    for (let i = order.length - 1; i >= 0; i--) order[i]!.backprop?.()
  }
}

let pass = 0

/** Inputs first. A node is left on the stack until its inputs are in the order. */
function orderOf(root: Closure): Closure[] {
  const entered = ++pass
  const done = ++pass
  const order: Closure[] = []
  const stack = [root]
  while (stack.length > 0) {
    const node = stack[stack.length - 1]!
    if (node.mark < entered) {
      node.mark = entered
      const { a, b } = node
      if (a !== undefined && a.mark < entered) stack.push(a)
      if (b !== undefined && b.mark < entered) stack.push(b)
    } else {
      stack.pop()
      if (node.mark !== done) order.push(node)
      node.mark = done
    }
  }
  return order
}
