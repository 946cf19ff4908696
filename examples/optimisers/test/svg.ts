import { DOMParser, onErrorStopParsing } from '@xmldom/xmldom'

/** The document; what is not well-formed XML throws. */
export const parseSvg = (svg: string) =>
  new DOMParser({ onError: onErrorStopParsing }).parseFromString(svg, 'image/svg+xml')
