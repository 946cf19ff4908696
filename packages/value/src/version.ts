/** By which a copy of this package knows itself, and another one. */
declare const __VERSION__: string | undefined

/** The version of this package. */
export const VERSION: string = typeof __VERSION__ === 'string' ? __VERSION__ : 'unbuilt'

/** The brand by which a copy of this package recognises the Values of another. */
export const BRAND = Symbol.for('@smol/value')

/** Under this key an object that stands for a node of a foreign kind says what it is, for messages. */
export const KIND = Symbol.for('@smol/value/kind')
