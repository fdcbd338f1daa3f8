// How numbers are written in pictures: as on the pages around them.
export function figure(value) {
  if (value === null || value === undefined) return '–';
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size < 1e-4) return value.toExponential(1);
  if (size >= 1000) return Math.round(value).toLocaleString('en-US');
  return String(Number(value.toPrecision(size >= 100 ? 4 : 3)));
}

// As exact as is seen beside the greatest: to a thousandth of its size, three digits, and nothing has no sign.
export function beside(value, most) {
  if (value === null || value === undefined || !(most > 0)) return figure(value);
  const digits = Math.min(15, Math.max(0, 2 - Math.floor(Math.log10(most))));
  const near = Number(value.toFixed(digits));
  return near === 0 ? '0' : figure(Number(value.toFixed(Math.min(digits, Math.max(0, 2 - Math.floor(Math.log10(Math.abs(near))))))));
}

export const tooltip = colour => ({
  renderMode: 'richText',
  confine: true,
  backgroundColor: colour.surface,
  borderColor: colour['line-strong'],
  textStyle: { color: colour.ink, fontFamily: colour.face, fontSize: 12 },
});

export const legend = colour => ({ top: 0, left: 0, itemWidth: 14, itemHeight: 10, textStyle: { color: colour['ink-2'], fontFamily: colour.face, fontSize: 12 } });

export const axis = (colour, more) => ({
  axisLine: { lineStyle: { color: colour['line-strong'] } },
  axisTick: { show: false },
  splitLine: { lineStyle: { color: colour.line } },
  axisLabel: { color: colour['ink-3'], fontFamily: colour.face, fontSize: 11, hideOverlap: true, ...more },
});

const shortTime = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: 'UTC' });
const seconds = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit', timeZone: 'UTC' });
const daySeconds = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', second: '2-digit', timeZone: 'UTC' });
const dayTime = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', timeZone: 'UTC' });

// Times of a picture, all in UTC as everywhere in exact times: with the day as soon as there are two, with seconds where they are less than a minute apart.
export function clock(times) {
  const days = new Set(times.map(time => time.slice(0, 10)));
  const close = times.some((time, i) => i > 0 && Math.abs(new Date(time) - new Date(times[i - 1])) < 60_000);
  const format = days.size > 1 ? (close ? daySeconds : dayTime) : close ? seconds : shortTime;
  return time => format.format(new Date(time));
}
