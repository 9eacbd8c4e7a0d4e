/** From here on not every integer is a float's value, and Erlang no longer writes floats out. */
const EXACT_END = 2 ** 53

/** The shortest digits that give the float back, with an exponent where that is shorter (Erlang, `float_to_list/2`). */
export function erlangFloat(value: number): string {
  const sign = value < 0 || Object.is(value, -0) ? '-' : ''
  const [mantissa = '', exponent = '0'] = Math.abs(value).toExponential().split('e')
  const digits = mantissa.replace('.', '')
  const scientific = `${digits.charAt(0)}.${digits.slice(1) || '0'}e${Number(exponent)}`
  const plain = withPoint(digits, Number(exponent) + 1)
  const isPlain = value === 0 || (Math.abs(value) < EXACT_END && plain.length <= scientific.length)
  return `${sign}${isPlain ? plain : scientific}`
}

/** @param point how many digits stand before the decimal point; may lie outside of them */
function withPoint(digits: string, point: number): string {
  if (point <= 0) return `0.${'0'.repeat(-point)}${digits}`
  if (point >= digits.length) return `${digits.padEnd(point, '0')}.0`
  return `${digits.slice(0, point)}.${digits.slice(point)}`
}
