// The second half of an interrupted training, in a process of its own:
// node resume.ts <network> <from> <to> <file before> <file after>
import { readFileSync, writeFileSync } from 'node:fs'
import { load, run, save, trainingOf, type Network } from './run.ts'

const [network, from, to, before, after] = process.argv.slice(2) as [Network, ...string[]]
const training = trainingOf(network)
load(training, readFileSync(before!))
run(training, Number(from), Number(to))
writeFileSync(after!, save(training))
