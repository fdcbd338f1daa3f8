// Draws what a page hands over as data, in the colours of the theme, and tells which cell was chosen.
import { init, use } from 'echarts/core';
import { BarChart, HeatmapChart, LineChart } from 'echarts/charts';
import { GridComponent, LegendComponent, MarkLineComponent, TooltipComponent } from 'echarts/components';
import { CanvasRenderer } from 'echarts/renderers';
import { bars } from './bars.mjs';
import { heat } from './heat.mjs';
import { lines } from './lines.mjs';
import { colours } from './colours.mjs';
import { walk } from './walk.mjs';

use([BarChart, HeatmapChart, LineChart, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent, CanvasRenderer]);

const kinds = { bars, heat, lines };
const shown = new Map();

// A picture may be left while its data is on the way: then there is no box any more.
export function show(box, text, page) {
  if (!box) return;
  const chart = shown.get(box) ?? start(box, page);
  chart.data = JSON.parse(text);
  draw(chart);
}

function start(box, page) {
  sweep();
  const chart = { box, picture: init(box, null, { renderer: 'canvas' }) };
  chart.watch = new ResizeObserver(() => {
    if (!box.isConnected) return end(chart);
    chart.picture.resize();
    draw(chart);
  });
  chart.watch.observe(box);
  if (page) walk(chart, cell => page.invokeMethodAsync('PickAsync', cell.row, cell.column));
  shown.set(box, chart);
  return chart;
}

function end(chart) {
  shown.delete(chart.box);
  chart.watch.disconnect();
  chart.picture.dispose();
}

// A box that goes is seen as one that becomes small; one that was hidden is small already and is found here.
function sweep() {
  for (const chart of shown.values()) if (!chart.box.isConnected) end(chart);
}

function draw(chart) {
  if (!chart.data || !chart.box.clientWidth) return;
  chart.picture.setOption({
    animation: false,
    aria: { enabled: false },
    ...kinds[chart.data.kind](chart.data, colours(chart.box), chart.box),
  }, true);
  chart.box.dataset.drawn = chart.data.kind;
}

// Colours are read from the page when a picture is drawn: another theme is another drawing.
const again = () => { for (const chart of shown.values()) draw(chart); };
new MutationObserver(again).observe(document.documentElement, { attributeFilter: ['data-theme'] });
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', again);
