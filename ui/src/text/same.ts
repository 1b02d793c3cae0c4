// Another language has the same sentences in the same places.

/** The tree of `T` with other words. Plural forms may be more or fewer: see the test of the texts. */
export type Same<T> = { [Key in keyof T]: T[Key] extends string ? string : Same<T[Key]> };
