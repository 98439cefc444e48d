/**
 * A drawing that may be wider than the screen.
 *
 * @param svg markup that vega has written, its texts escaped
 * @param natural drawn at its own size, to be read on a phone part by part; else as wide as the column
 */
export const Plot = ({
  label,
  svg,
  natural = false,
}: {
  readonly label: string;
  readonly svg: string;
  readonly natural?: boolean;
}) => (
  <>
    <p class="wider" aria-hidden="true">
      wider than the screen: swipe sideways →
    </p>
    <div
      class={natural ? 'plot natural' : 'plot'}
      role="region"
      tabindex={0}
      aria-label={label}
      dangerouslySetInnerHTML={{ __html: svg }}
    />
  </>
);
