import { defineConfig } from 'tsup'
// @boundaries-ignore how packages are built is no part of them
import { base } from '../../tsup.base.ts'

export default defineConfig({ ...base, entry: ['src/index.ts', 'src/training.ts'] })
