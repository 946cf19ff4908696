/** All kernels of the WebAssembly modules. What each does, how, and how exactly stands in its file. */
export * from './elementwise'
export * from './product'
export * from './reduce'
export * from './softmax'
