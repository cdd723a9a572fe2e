/** What Parley uses of lit-html's directives, for the type checker. */

export interface ElementPart {
  readonly element: Element;
}
export abstract class Directive {
  abstract render(...values: unknown[]): unknown;
  update(part: ElementPart, values: unknown[]): unknown;
}
export function directive<T extends Directive>(
  type: new () => T,
): (...values: Parameters<T["render"]>) => unknown;
