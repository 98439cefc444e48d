type IndexOf = (byte: number, from: number) => number;

/** Node's own search takes many bytes at a time, where the language's takes one. */
const { prototype } =
  (globalThis as { readonly Buffer?: { readonly prototype: Uint8Array } }).Buffer ?? Uint8Array;
const indexOf: IndexOf = prototype.indexOf;

/** Where the byte stands next; -1 where it does not. */
export const nextByte = (bytes: Uint8Array, byte: number, from: number): number =>
  indexOf.call(bytes, byte, from);
