/** The part of the user's shell that says who they are; read by `git config`, which runs nothing. */
export type UserEnvironment = Readonly<Record<string, string | undefined>>;
