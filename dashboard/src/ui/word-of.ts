/** What was typed into a field of a form, without spaces around it; empty where there is no such field. */
export function wordOf(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value.trim() : '';
}
