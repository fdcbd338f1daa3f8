// The roles that tokens.css gives its colours, as plain colours that a canvas understands.
const roles = ['ink', 'ink-2', 'ink-3', 'line', 'line-strong', 'surface', 'sunken', 'accent', 'mark-1', 'mark-2', 'mark-3', 'mark-4'];

export function colours(box) {
  const probe = document.createElement('i');
  probe.hidden = true;
  box.append(probe);
  const found = {};
  for (const role of roles) {
    probe.style.color = `var(--${role})`;
    found[role] = getComputedStyle(probe).color;
  }
  found.face = getComputedStyle(box).fontFamily;
  probe.remove();
  return found;
}

// From one colour to another, part 0 to 1.
export function between(from, to, part) {
  const [a, b] = [from, to].map(colour => colour.match(/[\d.]+/g).map(Number));
  return `rgb(${[0, 1, 2].map(i => Math.round(a[i] + (b[i] - a[i]) * part)).join(' ')})`.replaceAll(' ', ',');
}

// Black or white, whichever is read better on a colour.
export function inkOn(colour) {
  const [r, g, b] = colour.match(/[\d.]+/g).map(Number).map(part => part / 255).map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.18 ? '#000' : '#fff';
}
