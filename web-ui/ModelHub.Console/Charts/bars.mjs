import { axis, figure, legend, tooltip } from './words.mjs';

// Bins side by side, one colour and one pattern of outline for each series, from zero.
export function bars(data, colour) {
  return {
    grid: { left: 8, right: 8, top: 30, bottom: 8, containLabel: true },
    legend: legend(colour),
    tooltip: { ...tooltip(colour), trigger: 'axis', axisPointer: { type: 'shadow' }, valueFormatter: value => `${figure(value)}${data.unit ?? ''}` },
    xAxis: { type: 'category', data: data.labels, ...axis(colour, { width: 76, overflow: 'truncate', interval: 'auto' }), splitLine: { show: false } },
    yAxis: { type: 'value', min: 0, ...axis(colour, { formatter: value => `${figure(value)}${data.unit ?? ''}` }) },
    series: data.series.map((series, i) => ({
      type: 'bar', name: series.name, data: series.values, barGap: '5%', barCategoryGap: '25%',
      itemStyle: { color: colour[`mark-${1 + i % 4}`], borderColor: colour.ink, borderWidth: i % 2, borderType: 'solid' },
    })),
  };
}
