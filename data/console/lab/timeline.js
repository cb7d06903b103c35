// When things happened in a turn, as this page saw them.
const STEPS = ['transcript', 'token', 'audio', 'done'];

export class Timeline {
  #body; #turn = null; #count = 0;

  constructor(body) {
    this.#body = body;
  }

  /** The end of speech, or the moment a message was sent: everything counts from here. */
  begin(itemId = null) {
    this.#turn = { start: performance.now(), marks: {}, row: null, number: ++this.#count, belongs: new Set([itemId]) };
    this.#render();
  }

  /** A response that began after the turn did answers it; what is left of an earlier one does not count. */
  claim(responseId) {
    this.#turn?.belongs.add(responseId);
  }

  /** @param id the item or response that it is about */
  mark(step, id) {
    if (!this.#turn?.belongs.has(id) || step in this.#turn.marks) return;
    this.#turn.marks[step] = performance.now() - this.#turn.start;
    this.#render();
  }

  #render() {
    const { marks, number } = this.#turn;
    const row = document.createElement('tr');
    const heading = document.createElement('th');
    heading.scope = 'row';
    heading.textContent = number;
    row.append(heading);
    for (const step of STEPS) {
      const cell = document.createElement('td');
      cell.textContent = step in marks ? Math.round(marks[step]) : '–';
      cell.dataset.step = step;
      row.append(cell);
    }
    row.append(this.#bar(marks));
    if (this.#turn.row) this.#turn.row.replaceWith(row);
    else this.#body.prepend(row);
    this.#turn.row = row;
  }

  #bar(marks) {
    const cell = document.createElement('td');
    cell.className = 'bar';
    cell.setAttribute('aria-hidden', 'true');
    const total = Math.max(1, ...Object.values(marks));
    let from = 0;
    STEPS.forEach((step, index) => {
      if (!(step in marks)) return;
      const part = document.createElement('span');
      part.className = `s${index + 1}`;
      part.style.width = `${(100 * Math.max(0, marks[step] - from)) / total}%`;
      part.title = `${step}: ${Math.round(marks[step])} ms`;
      cell.append(part);
      from = Math.max(from, marks[step]);
    });
    return cell;
  }
}
