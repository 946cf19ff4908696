import { defineConfig } from 'tsup'
// @boundaries-ignore how packages are built is no part of them
import { base, onIndex } from '../../tsup.base.ts'

export default defineConfig({
  ...base,
  entry: [
    'src/index.ts',
    'src/kernels.ts',
    'src/npy.ts',
    'src/npz.ts',
    'src/safetensors.ts',
    'src/testing.ts',
  ],
  esbuildPlugins: [onIndex(['kernels', 'npy', 'npz', 'safetensors', 'testing'])],
})
