/** Lines as they are, to be read or copied. */
export const Code = ({ text }: { readonly text: string }) => (
  <pre tabindex={0}>
    <code>{text}</code>
  </pre>
);
