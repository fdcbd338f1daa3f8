import { between, inkOn } from './colours.mjs';
import { axis, beside, clock, tooltip } from './words.mjs';

// Rows by windows. A value shades towards its limit, and a breach has another colour and a mark: colour is never alone.
export function heat(data, colour, box) {
  const time = clock(data.windows);
  const left = Math.min(150, 14 + 7 * Math.max(0, ...data.rows.map(row => row.length)));
  const width = (box.clientWidth - left - 8) / Math.max(1, data.windows.length);
  const most = greatest(data);
  const cells = data.values.flatMap((row, y) => row.map((value, x) => cell(x, y, value, data.breached[y][x])));

  function cell(x, y, value, breached) {
    const fill = value === null ? 'transparent' : breached ? colour['mark-2'] : between(colour.sunken, colour['mark-1'], Math.min(1, Math.max(0, value) / most) * 0.75);
    const chosen = data.chosen && data.chosen[0] === y && data.chosen[1] === x;
    return {
      value: [x, y, value],
      itemStyle: { color: fill, borderColor: chosen ? colour.ink : colour.surface, borderWidth: chosen ? 2 : 1 },
      label: {
        show: true,
        color: value === null ? colour['ink-3'] : inkOn(fill),
        formatter: value === null ? (width >= 14 ? '·' : '') : width >= 48 ? `${breached ? '▲ ' : ''}${beside(value, most)}` : width >= 30 ? (breached ? '▲' : beside(value, most)) : breached ? '▲' : '',
      },
    };
  }

  return {
    grid: { left, right: 8, top: 4, bottom: 28 },
    tooltip: { ...tooltip(colour), formatter: at => say(data, time, at.value[1], at.value[0]) },
    xAxis: { type: 'category', data: data.windows, ...axis(colour, { formatter: time }), splitLine: { show: false } },
    yAxis: { type: 'category', data: data.rows, inverse: true, ...axis(colour, { width: left - 14, overflow: 'truncate', hideOverlap: false, interval: 0 }), splitLine: { show: false } },
    series: [{ type: 'heatmap', data: cells, label: { fontFamily: colour.face, fontSize: 11 }, emphasis: { itemStyle: { borderColor: colour.ink, borderWidth: 2 } }, cursor: 'pointer' }],
  };
}

// What a value is seen against: the limit, or the greatest where there is none.
function greatest(data) {
  return data.limit ?? data.values.flat().reduce((most, value) => Math.max(most, value ?? 0), 1e-9);
}

export function say(data, time, y, x) {
  const value = data.values[y][x];
  const verdict = value === null ? 'too few rows' : `${beside(value, greatest(data))}${data.breached[y][x] ? ', beyond its limit' : data.breached[y][x] === false ? ', within its limit' : ''}`;
  return `${data.rows[y]}, window until ${time(data.windows[x])}: ${verdict}`;
}
