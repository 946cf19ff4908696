import { defineConfig } from 'tsup'
import { library } from '../../tsup.base.ts'

export default defineConfig({
  // npz loads an optional dependency: bundlers would ask everyone for it.
  ...library(['index', 'kernels', 'npy', 'safetensors', 'testing'], ['npz']),
  // Without blanks an engine reads the chunk a fifth faster. Names stay, and the marks that bundlers need to leave
  // out what is not used; lines are broken, since a program that ends with an error shows the one where it was thrown.
  minify: 'terser',
  terserOptions: {
    compress: false,
    mangle: false,
    format: { preserve_annotations: true, max_line_len: 120 },
  },
})
