/* What esbuild makes of files that are not JavaScript (see bundle.mjs). */

declare module "*.css" {
  const text: string;
  export default text;
}

declare module "virtual:examples" {
  interface Example {
    /** Name of the file without its number and ".py". */
    id: string;
    /** Which group of the list it stands in: the end of a `group.` string's key. */
    group: string;
    title: Record<"en" | "zh-CN", string>;
    description: Record<"en" | "zh-CN", string>;
    /** Only the first one has it here. */
    code?: Record<"en" | "zh-CN", string>;
  }
  const examples: Example[];
  export default examples;
}

declare module "virtual:lessons" {
  const lessons: import("../lesson-checks.js").Lesson[];
  export default lessons;
}

declare module "virtual:example-codes" {
  /** By id. */
  const codes: Record<string, Record<"en" | "zh-CN", string>>;
  export default codes;
}
