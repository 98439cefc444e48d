/** Square matrices, row after row in one column of numbers. */
export type Matrix = Float64Array;

export function multiply(a: Matrix, b: Matrix, size: number): Matrix {
  const product = new Float64Array(size * size);
  for (let i = 0; i < size; i += 1) {
    for (let k = 0; k < size; k += 1) {
      const factor = a[i * size + k]!;
      if (factor === 0) continue;
      for (let j = 0; j < size; j += 1) {
        product[i * size + j] = product[i * size + j]! + factor * b[k * size + j]!;
      }
    }
  }
  return product;
}

/** X with A X = B, B having `width` columns. A needs no exchange of rows, as no diagonally dominant matrix does. */
export function solve(a: Matrix, b: Matrix, size: number, width: number): Matrix {
  const left = a.slice();
  const x = b.slice();
  for (let pivot = 0; pivot < size; pivot += 1) {
    const head = left[pivot * size + pivot]!;
    for (let i = pivot + 1; i < size; i += 1) {
      const factor = left[i * size + pivot]! / head;
      if (factor === 0) continue;
      for (let j = pivot; j < size; j += 1) {
        left[i * size + j] = left[i * size + j]! - factor * left[pivot * size + j]!;
      }
      for (let j = 0; j < width; j += 1)
        x[i * width + j] = x[i * width + j]! - factor * x[pivot * width + j]!;
    }
  }
  for (let i = size - 1; i >= 0; i -= 1) {
    for (let k = i + 1; k < size; k += 1) {
      const factor = left[i * size + k]!;
      if (factor === 0) continue;
      for (let j = 0; j < width; j += 1) x[i * width + j] = x[i * width + j]! - factor * x[k * width + j]!;
    }
    const head = left[i * size + i]!;
    for (let j = 0; j < width; j += 1) x[i * width + j] = x[i * width + j]! / head;
  }
  return x;
}

export function transpose(a: Matrix, size: number): Matrix {
  return a.map((_, at) => a[(at % size) * size + Math.floor(at / size)]!);
}

/**
 * The stationary vector, not normalised, of a chain with these rates between states (the diagonal is not read), by the
 * elimination of W. Grassmann, M. Taksar and D. Heyman (1985), which never subtracts.
 */
export function stationary(rates: Matrix, size: number): Float64Array {
  const left = rates.slice();
  for (let n = size - 1; n > 0; n -= 1) {
    let out = 0;
    for (let j = 0; j < n; j += 1) out += left[n * size + j]!;
    for (let i = 0; i < n; i += 1) {
      const factor = left[i * size + n]! / out;
      left[i * size + n] = factor;
      for (let j = 0; j < n; j += 1) left[i * size + j] = left[i * size + j]! + factor * left[n * size + j]!;
    }
  }
  const vector = new Float64Array(size);
  vector[0] = 1;
  for (let n = 1; n < size; n += 1) {
    for (let i = 0; i < n; i += 1) vector[n] = vector[n]! + vector[i]! * left[i * size + n]!;
  }
  return vector;
}
