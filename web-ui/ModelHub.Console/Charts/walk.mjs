// A picture that is chosen from: by a click, or with the arrows and Enter. Where one stands is drawn and said.
import { say } from './heat.mjs';
import { clock } from './words.mjs';

const steps = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

export function walk(chart, pick) {
  const { box, picture } = chart;
  let at = null;
  picture.on('click', event => pick({ row: event.value[1], column: event.value[0] }));
  box.addEventListener('keydown', event => {
    const data = chart.data;
    if (!data?.rows?.length || !data.windows.length) return;
    const last = [data.rows.length - 1, data.windows.length - 1];
    if (steps[event.key]) {
      at = at ? at.map((place, i) => Math.min(last[i], Math.max(0, place + steps[event.key][i]))) : data.chosen ?? [0, last[1]];
      stand(at);
    } else if (event.key === 'Home' || event.key === 'End') {
      at = [at?.[0] ?? 0, event.key === 'Home' ? 0 : last[1]];
      stand(at);
    } else if ((event.key === 'Enter' || event.key === ' ') && at) {
      pick({ row: at[0], column: at[1] });
    } else {
      return;
    }
    event.preventDefault();
  });
  box.addEventListener('blur', () => { picture.dispatchAction({ type: 'downplay', seriesIndex: 0 }); picture.dispatchAction({ type: 'hideTip' }); });

  function stand([row, column]) {
    const index = row * chart.data.windows.length + column;
    picture.dispatchAction({ type: 'downplay', seriesIndex: 0 });
    picture.dispatchAction({ type: 'highlight', seriesIndex: 0, dataIndex: index });
    picture.dispatchAction({ type: 'showTip', seriesIndex: 0, dataIndex: index });
    const told = box.parentElement.querySelector('[aria-live]');
    if (told) told.textContent = say(chart.data, clock(chart.data.windows), row, column);
  }
}
