/** A drawing that may be wider than the screen. @param svg markup that vega has written, its texts escaped */
export const Plot = ({ label, svg }: { readonly label: string; readonly svg: string }) => (
  <div class="plot" role="region" tabindex={0} aria-label={label} dangerouslySetInnerHTML={{ __html: svg }} />
);
