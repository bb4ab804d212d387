/** Does something that costs much once at a time: whoever asks for it while it is under way is given what that comes to. */
export function together<Answer>(act: () => Promise<Answer>): () => Promise<Answer> {
  let underWay: Promise<Answer> | undefined;
  return async () => {
    underWay ??= act().finally(() => {
      underWay = undefined;
    });
    return await underWay;
  };
}
