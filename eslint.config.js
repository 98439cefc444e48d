import tseslint from 'typescript-eslint';

/**
 * Below the two shells (cli, workshop) a run may depend on its inputs alone: no clock, no file, no
 * engine-dependent arithmetic. These rules hold that sentence; dependency-cruiser holds the layers.
 */
const unequalMath = [
  'log',
  'exp',
  'pow',
  'sin',
  'cos',
  'tan',
  'asin',
  'acos',
  'atan',
  'atan2',
  'sinh',
  'cosh',
  'tanh',
  'asinh',
  'acosh',
  'atanh',
  'log1p',
  'expm1',
  'log2',
  'log10',
  'cbrt',
  'hypot',
];

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', 'coverage/', 'reports/', '.dependency-cruiser.cjs'] },
  ...tseslint.configs.recommended,
  {
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'Chance comes from a named stream (kernel/chance).' },
      ],
    },
  },
  {
    files: ['src/**/*.{ts,tsx}'],
    ignores: ['src/cli/**', 'src/workshop/**'],
    rules: {
      'no-console': 'error',
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'Chance comes from a named stream (kernel/chance).' },
        ...unequalMath.map((property) => ({
          object: 'Math',
          property,
          message: 'Engines differ in the last bit: use kernel/math.',
        })),
      ],
      'no-restricted-syntax': [
        'error',
        { selector: "BinaryExpression[operator='**']", message: 'Use pow of kernel/math.' },
        { selector: "AssignmentExpression[operator='**=']", message: 'Use pow of kernel/math.' },
        { selector: "VariableDeclarator[init.name='Math'] > ObjectPattern", message: 'Do not unpack Math.' },
      ],
      'no-restricted-globals': [
        'error',
        'Date',
        'performance',
        'process',
        'setTimeout',
        'setInterval',
        'setImmediate',
        'queueMicrotask',
        'crypto',
        'window',
        'document',
        'fetch',
        'Buffer',
        'require',
        'localStorage',
        'navigator',
      ],
      'no-restricted-imports': [
        'error',
        { patterns: [{ group: ['node:*'], message: 'Only the shells touch Node.' }] },
      ],
    },
  },
);
