import { axis, clock, figure, legend, tooltip } from './words.mjs';

const symbols = ['circle', 'diamond', 'rect', 'triangle'];

// Values over time or over steps; a gap is a gap. Each line has a colour and a mark of its own, the limit is dashed and told.
export function lines(data, colour) {
  const format = data.times ? clock(data.labels) : label => label;
  return {
    grid: { left: 8, right: 16, top: 34, bottom: 8, containLabel: true },
    legend: legend(colour),
    tooltip: { ...tooltip(colour), trigger: 'axis', valueFormatter: value => `${figure(value)}${data.unit ?? ''}` },
    xAxis: { type: 'category', data: data.labels, boundaryGap: data.labels.length < 3, ...axis(colour, { formatter: format }), splitLine: { show: false } },
    yAxis: { type: 'value', min: data.fromZero ? 0 : undefined, max: data.most ?? undefined, scale: !data.fromZero, ...axis(colour, { formatter: value => `${figure(value)}${data.unit ?? ''}` }) },
    series: data.series.map((series, i) => ({
      type: 'line', name: series.name, data: series.values, connectNulls: false,
      symbol: symbols[i % 4], symbolSize: 6, showSymbol: data.labels.length <= 60 || series.values.filter(value => value !== null).length < 3,
      lineStyle: { color: colour[`mark-${1 + i % 4}`], width: 2, type: series.dashed ? 'dashed' : 'solid' },
      itemStyle: { color: colour[`mark-${1 + i % 4}`] },
      markLine: i === 0 && data.limit !== null && data.limit !== undefined ? {
        silent: true, symbol: 'none', data: [{ yAxis: data.limit }],
        lineStyle: { color: colour['ink-2'], type: [2, 4] }, label: { formatter: `limit ${figure(data.limit)}`, position: 'insideEndTop', color: colour['ink-2'], fontFamily: colour.face, fontSize: 11 },
      } : undefined,
    })),
  };
}
