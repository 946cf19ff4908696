/**
 * Methods as methods. The rows of a table become methods through a mapped type, and many methods of an array
 * share a signature that has a name: to the compiler both are properties. Here they get signatures, without
 * what the types compute with shapes, which an editor shows for the shapes at hand.
 */
import {
  ArrayType,
  type Context,
  type DeclarationReflection,
  IntersectionType,
  ReferenceType,
  ReflectionFlag,
  ReflectionKind,
  type ProjectReflection,
  type Reflection,
  type ReflectionType,
  type SignatureReflection,
  type SomeType,
  TypeScript as ts,
  UnionType,
} from 'typedoc'

type Bounds = ReadonlyMap<string, SomeType | undefined>

/** What the parameters of a named signature stand for, by the signature that it became. */
const given = new WeakMap<SignatureReflection, Bounds>()

/** The type of a function that has a name (`Reduction<'sum'>`), written out. */
function writtenOut(context: Context, reflection: DeclarationReflection): SomeType | undefined {
  const symbol = context.getSymbolFromReflection(reflection)
  if (symbol === undefined) return undefined
  const { aliasSymbol, aliasTypeArguments = [] } = context.checker.getTypeOfSymbol(symbol)
  const alias = aliasSymbol?.declarations?.[0]
  if (
    alias === undefined ||
    !ts.isTypeAliasDeclaration(alias) ||
    !ts.isFunctionTypeNode(alias.type)
  )
    return undefined
  const scope = context.withScope(reflection)
  const type = context.converter.convertType(scope, alias.type)
  const bounds = new Map(
    alias.typeParameters?.map(({ name }, i) => [
      name.text,
      context.converter.convertType(scope, aliasTypeArguments[i]!),
    ]),
  )
  if (isFunctionType(type))
    for (const signature of type.declaration.signatures!) given.set(signature, bounds)
  return type
}

const isFunctionType = (type: SomeType | undefined): type is ReflectionType =>
  type?.type === 'reflection' && type.declaration.signatures !== undefined

/** Makes a method of a property, and a function of a variable, whose type is that of a function. */
export function asMethod(context: Context, reflection: DeclarationReflection): void {
  const { kind, comment } = reflection
  if (kind !== ReflectionKind.Property && kind !== ReflectionKind.Variable) return
  const type = isFunctionType(reflection.type) ? reflection.type : writtenOut(context, reflection)
  if (!isFunctionType(type)) return
  const isProperty = kind === ReflectionKind.Property
  const { declaration } = type
  reflection.kind = isProperty ? ReflectionKind.Method : ReflectionKind.Function
  reflection.signatures = declaration.signatures!
  for (const signature of reflection.signatures) {
    signature.name = reflection.name
    signature.parent = reflection
    if (comment !== undefined) signature.comment ??= comment.clone()
  }
  delete reflection.type
  delete reflection.comment
  delete reflection.defaultValue
  reflection.setFlag(ReflectionFlag.Const, false)
  reflection.setFlag(ReflectionFlag.Readonly, false)
}

/** Signatures without conditions on shapes, and with arrays where the types compute a shape. */
export function simplifySignatures(project: ProjectReflection): void {
  const array = project.getReflectionsByKind(ReflectionKind.Interface).find(isArray)
  if (array === undefined) throw new TypeError('reference: there is no MLArray.')
  const result = ReferenceType.createResolvedReference('MLArray', array, project)
  for (const reflection of project.getReflectionsByKind(ReflectionKind.CallSignature))
    simplify(reflection as SignatureReflection, result)
}

const isArray = ({ name }: Reflection): boolean => name === 'MLArray'

function simplify(signature: SignatureReflection, array: ReferenceType): void {
  const all = signature.parameters ?? []
  const parameters = all.filter(({ name }) => name !== 'this')
  const isMethod = parameters.length < all.length
  const { type, typeParameters = [] } = signature
  const isComputed = type instanceof ReferenceType && COMPUTED.has(type.name)
  if (!isMethod && !isComputed && !given.has(signature)) return
  const bounds: Bounds = new Map([
    ...typeParameters.map(({ name, type: bound }) => [name, bound] as const),
    ...(given.get(signature) ?? []),
  ])
  for (const parameter of parameters)
    if (parameter.type !== undefined) parameter.type = unconditional(parameter.type, bounds)
  signature.parameters = parameters
  if (isComputed) signature.type = array
  else if (type !== undefined) signature.type = unconditional(type, bounds)
  delete signature.typeParameters
}

/** Types that compute the shape of a result, and those that ask something of one. */
const COMPUTED = new Set(['Result', 'Met', 'MLArray'])
const CONDITIONS = new Set(['Fits', 'Meets'])

const isCondition = (type: SomeType): boolean =>
  type.type === 'conditional' ||
  (type instanceof ReferenceType && CONDITIONS.has(type.name)) ||
  (type.type === 'intrinsic' && type.name === 'unknown')

/** A type with what its parameters are at most: `N & Fits<…>` is whatever N may be. */
function unconditional(type: SomeType, bounds: Bounds): SomeType {
  if (type instanceof IntersectionType) {
    const kept = type.types
      .filter((part) => !isCondition(part))
      .map((part) => unconditional(part, bounds))
      .filter((part) => !isCondition(part))
    return kept.length === 1 ? kept[0]! : new IntersectionType(kept)
  }
  if (type instanceof UnionType)
    return new UnionType(type.types.map((part) => unconditional(part, bounds)))
  if (type instanceof ArrayType) return new ArrayType(unconditional(type.elementType, bounds))
  if (!(type instanceof ReferenceType)) return type
  if (type.refersToTypeParameter) return bounds.get(type.name) ?? type
  type.typeArguments &&= type.typeArguments.map((part) => unconditional(part, bounds))
  return type
}
