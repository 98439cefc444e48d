import type { InputHTMLAttributes } from 'preact';

interface SliderProps extends Omit<InputHTMLAttributes, 'type' | 'class' | 'style' | 'role'> {
  readonly min: number;
  readonly max: number;
  readonly value: number;
}

/** A range whose track is filled up to its thumb: browsers would colour an empty one as they please. */
export function Slider(props: SliderProps) {
  const at = (props.value - props.min) / Math.max(1, props.max - props.min);
  return <input {...props} type="range" class="slider" style={{ '--at': String(at) }} />;
}
