/**
 * Which object a text or a boxed value is. Both are plain values here, so that two of them that read alike cannot be told apart by
 * themselves, as C# tells objects: programs that compare references keep this beside the value. Undefined: an object of its own,
 * made just now.
 */
export type Identity = object | undefined;

/** Texts that are constants of a program: one object for each text, in all programs. */
export const INTERNED: object = Object.freeze({ name: "interned" });
