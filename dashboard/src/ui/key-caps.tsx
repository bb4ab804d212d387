/** Keys as they stand on a keyboard; several are pressed one after the other. @param props.name such as `j` or `g r`. */
export function Keys({ name }: { readonly name: string }) {
  return (
    <span className="inline-flex gap-1">
      {name.split(' ').map((key, index) => (
        <kbd
          key={index}
          className="inline-flex min-w-6 justify-center rounded border border-line-strong bg-sunken px-1.5 text-[12px] leading-5 text-ink"
        >
          {key}
        </kbd>
      ))}
    </span>
  );
}
