// Try it: the reader's own weights, figures and thresholds beside the official result. The engine is the one of the command line,
// compiled to WebAssembly and held in this page; nothing is fetched. Text is only ever set as text.
(function () {
  'use strict';
  var root = document.getElementById('explorer');
  var note = document.getElementById('explorer-note');
  if (!root) return;

  var languages = root.dataset.languages.split(',');
  var words = JSON.parse(document.getElementById('explorer-words').textContent);
  var commandLine = document.getElementById('explorer-command');
  var about = null; // what there is to try
  var session = null; // the running module
  var compiled = null;
  var scenario = null; // what is tried
  var shown = {}; // parts of the page that are written again

  // --- Words and elements -------------------------------------------------------------------------------------------------

  function forms(text) {
    if (typeof text === 'string') return languages.map(function () { return text; });
    return languages.map(function (l) {
      return (text && (text[l] || text.en || text.zh)) || '';
    });
  }
  function plain(text) {
    return forms(text).filter(function (form, i, all) { return form && all.indexOf(form) === i; }).join(' / ');
  }
  function say(text) {
    var all = forms(text);
    if (all.length < 2 || all[0] === all[1]) return document.createTextNode(all[0]);
    var both = make('span', { class: 'tt' });
    languages.forEach(function (l, i) {
      var one = make('span', { class: 't', lang: l });
      one.textContent = all[i];
      both.append(one);
    });
    return both;
  }
  function word(key, values) {
    var text = words[key] || key;
    if (!values || typeof text === 'string') return text;
    var out = {};
    languages.forEach(function (l) {
      out[l] = text[l].replace(/\{(\w+)\}/g, function (whole, name) {
        return name in values ? forms(values[name])[languages.indexOf(l)] : whole;
      });
    });
    return out;
  }
  function make(tag, attributes) {
    var out = document.createElement(tag);
    Object.keys(attributes || {}).forEach(function (key) {
      var value = attributes[key];
      if (typeof value === 'function') out.addEventListener(key, value);
      else if (value === true) out.setAttribute(key, '');
      else if (value !== false && value != null) out.setAttribute(key, value);
    });
    Array.prototype.slice.call(arguments, 2).forEach(function (child) {
      if (child != null) out.append(child);
    });
    return out;
  }
  function button(text, run, label) {
    return make('button', { type: 'button', click: run, 'aria-label': label ? plain(label) : null }, say(text));
  }
  function choice(id, items, value, run) {
    var out = make('select', { id: id, change: function () { run(out.value); } });
    items.forEach(function (item) {
      out.append(make('option', { value: item.id, selected: item.id === value }, item.label));
    });
    return out;
  }
  function field(label, input, hint) {
    var out = make('div', {}, make('label', { for: input.id }, say(label)), input);
    if (hint) {
      hint.id = input.id + '-hint';
      input.setAttribute('aria-describedby', hint.id);
      out.append(hint);
    }
    return out;
  }

  // --- The module -----------------------------------------------------------------------------------------------------------

  function unpack() {
    var text = document.getElementById('explorer-module').textContent.trim();
    var bytes = Uint8Array.from(atob(text), function (c) { return c.charCodeAt(0); });
    var stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
    return new Response(stream).arrayBuffer().then(function (wasm) { return WebAssembly.compile(wasm); });
  }
  function start() {
    var door = new WebAssembly.Instance(compiled, {}).exports;
    function call(run, text) {
      var bytes = new TextEncoder().encode(text);
      var at = door.input(bytes.length); // may grow the memory, and so comes before its buffer is taken
      new Uint8Array(door.memory.buffer, at, bytes.length).set(bytes);
      var length = run();
      return JSON.parse(new TextDecoder().decode(new Uint8Array(door.memory.buffer, door.output(), length)));
    }
    var opened = call(door.open, document.getElementById('explorer-opening').textContent);
    return { opened: opened, answer: function (asked) { return call(door.answer, JSON.stringify(asked)); } };
  }
  function ask(asked) {
    try {
      return session.answer(asked);
    } catch (trap) {
      // A trap leaves the module as it fell; a new one knows nothing of it.
      session = start();
      return { ok: false, errors: [{ message: String(trap), help: '' }] };
    }
  }

  // --- The scenario ---------------------------------------------------------------------------------------------------------

  function official() {
    return { weights: {}, figures: {}, thresholds: {}, node: about.nodes[0].id, unit: about.own || about.units[0].id };
  }
  // By the parts of its code: no code has a space.
  function lists(kind) {
    return Object.keys(scenario[kind]).map(function (key) { return key.split(' ').concat(scenario[kind][key]); });
  }
  function asked() {
    return {
      weights: lists('weights'), figures: lists('figures'), thresholds: lists('thresholds'),
      node: scenario.node, unit: scenario.unit
    };
  }
  function put(kind, key, value, before) {
    if (value === null || value === before) delete scenario[kind][key];
    else scenario[kind][key] = value;
    later();
  }
  var timer = 0;
  function later() {
    clearTimeout(timer);
    timer = setTimeout(update, 60);
  }
  // Only what differs: a link is to be passed on.
  function encode() {
    var all = asked();
    var few = {};
    Object.keys(all).forEach(function (key) {
      if (all[key].length && all[key] !== official()[key]) few[key] = all[key];
    });
    return '#try=' + encodeURIComponent(JSON.stringify(few));
  }
  function restore(hash) {
    if (hash.indexOf('#try=') !== 0) return false;
    try {
      var given = JSON.parse(decodeURIComponent(hash.slice(5).split('&')[0]));
      var fresh = official();
      ['weights', 'figures', 'thresholds'].forEach(function (kind) {
        (Array.isArray(given[kind]) ? given[kind] : []).forEach(function (item) {
          var texts = item.map(String);
          fresh[kind][texts.slice(0, -1).join(' ')] = texts[texts.length - 1];
        });
      });
      if (about.nodes.some(function (n) { return n.id === given.node; })) fresh.node = given.node;
      if (about.units.some(function (u) { return u.id === given.unit; })) fresh.unit = given.unit;
      scenario = fresh;
      return true;
    } catch (broken) {
      shown.fault.textContent = plain(word("try.broken"));
      return false;
    }
  }

  // --- What is tried --------------------------------------------------------------------------------------------------------

  function named(list, id) {
    return list.filter(function (item) { return item.id === id; })[0];
  }
  function nameOf(list, id) {
    var item = named(list, id);
    return item ? item.name : id;
  }
  function indented(n) {
    return { id: n.id, label: new Array(n.depth + 1).join('\u2003') + plain(n.name) };
  }
  function toNumber(text) {
    var parts = String(text).split('/');
    var x = Number(parts[0]) / (parts.length > 1 ? Number(parts[1]) : 1);
    return isFinite(x) ? x : 0;
  }
  // The smallest of 1, 2 and 5 times a power of ten that is not below x.
  function ceiling(x) {
    var power = Math.pow(10, Math.floor(Math.log10(x || 1)));
    return [1, 2, 5, 10].map(function (k) { return k * power; }).filter(function (k) { return k >= x * 0.999999; })[0];
  }

  function weights() {
    var box = make('fieldset', { id: 'try-weights' }, make('legend', {}, say(word("try.weights"))));
    var movable = about.nodes.filter(function (n) { return n.movable; });
    if (!movable.length) {
      box.append(make('p', { class: 'quiet' }, say(word("try.no_weights"))));
      return box;
    }
    box.append(make('p', { class: 'quiet' }, say(word("try.weights_how"))));
    about.nodes.forEach(function (parent) {
      var parts = movable.filter(function (n) { return n.parent === parent.id; });
      if (!parts.length) return;
      var most = ceiling(2 * Math.max.apply(null, parts.map(function (n) { return toNumber(n.weight); })));
      var places = Math.max(0, 2 - Math.floor(Math.log10(most)));
      var list = make('ul', { class: 'weights' });
      parts.forEach(function (n) { list.append(weight(n, most, places)); });
      var tried = parts.some(function (n) { return n.id in scenario.weights; });
      box.append(make('details', { open: parent.depth === 0 || tried }, make('summary', {}, say(parent.name)), list));
    });
    return box;
  }
  function weight(n, most, places) {
    var now = scenario.weights[n.id] || n.weight;
    var label = word("try.weight_of", { node: n.name });
    var slider = make('input', {
      type: 'range', min: 0, max: most, step: most / 200, value: toNumber(now), 'data-weight': n.id,
      'aria-label': plain(label), input: function () { set(Number(slider.value).toFixed(places), slider); }
    });
    var text = make('input', {
      type: 'text', inputmode: 'decimal', autocomplete: 'off', value: now, 'data-weight-text': n.id,
      'aria-label': plain(word("try.weight_text", { node: n.name })), input: function () { set(text.value.trim(), text); }
    });
    var back = button(word("try.reset"), function () { set(n.weight, back); }, word("try.reset_of", { what: n.name }));
    back.disabled = !(n.id in scenario.weights);
    function set(value, from) {
      if (from !== text) text.value = value;
      if (from !== slider) slider.value = toNumber(value);
      back.disabled = value === n.weight;
      put('weights', n.id, value === '' ? null : value, n.weight);
    }
    return make('li', {}, make('span', {}, say(n.name), make('small', {}, ' ' + n.weight)), slider, text, back);
  }

  // One input for a figure or a threshold: a choice of levels where the indicator has a scale, else a number.
  function input(id, of, value, missing, run) {
    if (!of.scale) {
      var text = make('input', { type: 'text', inputmode: 'decimal', autocomplete: 'off', id: id, value: value, input: function () { run(text.value.trim()); } });
      return text;
    }
    var items = of.scale.map(function (l) { return { id: l.id, label: plain(l.name) }; });
    if (missing) items.unshift({ id: 'missing', label: plain(word("try.missing")) });
    return choice(id, items, value, run);
  }

  function figures() {
    var box = make('fieldset', { id: 'try-figures' }, make('legend', {}, say(word("try.figures"))));
    var open = about.nodes.filter(function (n) { return n.indicator && !n.indicator.derived; });
    if (!open.length) {
      box.append(make('p', { class: 'quiet' }, say(word("try.no_figures"))));
      return box;
    }
    if (!named(open, shown.indicator)) shown.indicator = open[0].id;
    var units = choice('try-unit', about.units.map(function (u) { return { id: u.id, label: plain(u.name) }; }), scenario.unit, function (id) {
      scenario.unit = id;
      update();
      again('figures');
    });
    var indicators = choice('try-indicator', open.map(function (n) { return { id: n.id, label: plain(n.name) }; }), shown.indicator, function (id) {
      shown.indicator = id;
      again('figures');
    });
    var n = named(open, shown.indicator);
    var key = scenario.unit + ' ' + n.id;
    var known = official_figure(n.id);
    var before = known && known.value != null ? known.value : 'missing';
    var now = key in scenario.figures ? scenario.figures[key] : before;
    var value = input('try-value', n.indicator, now === 'missing' && !n.indicator.scale ? '' : now, true, function (text) {
      put('figures', key, text === '' ? 'missing' : text, before);
      back.disabled = !(key in scenario.figures);
    });
    var reason = known && known.absent ? say(word("try.absent", { why: words['absence.' + known.absent] || known.absent })) : before;
    var hint = make('span', { class: 'quiet' }, say(word("try.official")), ': ', reason, n.indicator.unit && !n.indicator.scale ? ' ' : null, n.indicator.unit && !n.indicator.scale ? say(n.indicator.unit) : null);
    var back = button(word("try.reset"), function () { put('figures', key, null); again('figures'); }, word("try.reset_of", { what: n.name }));
    back.disabled = !(key in scenario.figures);
    box.append(make('div', { class: 'fields' }, field(word("unit"), units), field(word("indicator"), indicators), make('div', { class: 'pair' }, field(word("value"), value, hint), back)));
    return box;
  }
  // The official figure of the unit that is shown, from the last answer.
  function official_figure(node) {
    var unit = shown.answer && shown.answer.unit;
    if (!unit || unit.unit !== scenario.unit) return null;
    var found = unit.nodes.filter(function (n) { return n.node === node; })[0];
    return found ? found.official.figure : null;
  }

  function thresholds() {
    var box = make('fieldset', { id: 'try-thresholds' }, make('legend', {}, say(word("try.thresholds"))));
    var open = about.nodes.filter(function (n) { return n.indicator && n.indicator.ladder.length; });
    if (!open.length) {
      box.append(make('p', { class: 'quiet' }, say(word("try.no_thresholds"))));
      return box;
    }
    if (!named(open, shown.ladder)) shown.ladder = open[0].id;
    var n = named(open, shown.ladder);
    var fields = make('div', { class: 'fields' }, field(word("indicator"), choice('try-ladder', open.map(function (n) { return { id: n.id, label: plain(n.name) }; }), n.id, function (id) {
      shown.ladder = id;
      again('thresholds');
    })));
    n.indicator.ladder.forEach(function (step) {
      var grade = about.grades[step.grade];
      var key = n.id + ' ' + grade.id;
      var value = input('try-step-' + step.grade, n.indicator, key in scenario.thresholds ? scenario.thresholds[key] : step.value, false, function (text) {
        put('thresholds', key, text === '' ? null : text, step.value);
        back.disabled = !(key in scenario.thresholds);
      });
      var back = button(word("try.reset"), function () { put('thresholds', key, null); again('thresholds'); }, word("try.reset_of", { what: grade.name }));
      back.disabled = !(key in scenario.thresholds);
      var hint = make('span', { class: 'quiet' }, say(word("try.official")), ': ' + step.value + ' ', n.indicator.unit && !n.indicator.scale ? say(n.indicator.unit) : null);
      fields.append(make('div', { class: 'pair' }, field(grade.name, value, hint), back));
    });
    box.append(fields);
    return box;
  }

  var parts = { weights: weights, figures: figures, thresholds: thresholds };
  // Writes a part again; who was in it stays in it.
  function again(part) {
    var focus = document.activeElement && root.contains(document.activeElement) ? document.activeElement.id : '';
    var fresh = parts[part]();
    shown[part].replaceWith(fresh);
    shown[part] = fresh;
    if (focus && document.getElementById(focus)) document.getElementById(focus).focus();
  }

  // --- What comes of it ----------------------------------------------------------------------------------------------------

  function verdictWord(verdict) {
    return word({ met: "met", 'not-met': "not_met", unknown: "unknown" }[verdict]);
  }
  function gradeWord(at) {
    return at == null ? word("try.none") : about.grades[at].name;
  }
  function interval(grade) {
    if (grade.proven === grade.possible) return gradeWord(grade.proven);
    return word("try.from_to", { proven: gradeWord(grade.proven), possible: gradeWord(grade.possible) });
  }
  // By the first standard; the proof below has them all.
  function grade(side) {
    return side.grades.length ? say(interval(side.grades[0])) : null;
  }
  function number(x) {
    return x ? make('span', { title: x.exact }, x.shown) : '–';
  }
  function row(cells, attributes) {
    return cells.reduce(function (out, cell) { out.append(cell); return out; }, make('tr', attributes || {}));
  }
  function head(keys) {
    return make('thead', {}, row(keys.map(function (k) {
      return make('th', { scope: 'col', class: k[1] ? 'num' : null }, say(k[0]));
    })));
  }
  function td(content, numeric) {
    return make('td', { class: numeric ? 'num' : null }, content == null ? '–' : content);
  }

  function results(answer) {
    var graded = answer.rows.some(function (r) { return r.official.grades.length; });
    var keys = [[word("unit")], [word("try.official_score"), 1], [word("try.your_score"), 1], [word("try.difference"), 1], [word("try.official_rank"), 1], [word("try.your_rank"), 1]];
    if (graded) keys.push([word("try.official_grade")], [word("try.your_grade")]);
    if (about.grades.length) keys.push([word("try.reached")]);
    var body = make('tbody', {});
    answer.rows.forEach(function (r) {
      var cells = [make('th', { scope: 'row' }, say(nameOf(about.units, r.unit))), td(number(r.official.score), 1), td(number(r.yours.score), 1),
        td(r.difference === null ? null : r.difference.charAt(0) === '-' || r.difference === '0' ? r.difference.replace('-', '\u2212') : '+' + r.difference, 1),
        td(r.official.rank, 1), td(r.yours.rank, 1)];
      if (graded) cells.push(td(grade(r.official)), td(grade(r.yours)));
      if (about.grades.length) cells.push(td(became(r.official.reached.join(' · '), r.yours.reached.join(' · '))));
      body.append(row(cells, { class: r.moved ? 'moved' : null, 'data-unit': r.unit, 'data-official': r.official.score ? r.official.score.double : null, 'data-score': r.yours.score ? r.yours.score.double : null, 'data-rank': r.yours.rank }));
    });
    return make('div', { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': plain(word("try.results")) },
      make('table', { id: 'try-table' }, make('caption', {}, say(word("try.results")), graded && answer.node === about.nodes[0].id && about.standards.length ? say(word("try.by_standard", { standard: about.standards[0].name })) : null), head(keys), body));
  }

  function became(before, after) {
    if (plain(before) === plain(after)) return make('span', {}, say(after));
    return make('span', { class: 'became' }, say(before), ' → ', say(after));
  }
  function written(figure, n) {
    if (!figure) return '–';
    if (figure.value == null) return words['absence.' + figure.absent] || figure.absent;
    var scale = n.indicator && n.indicator.scale;
    return scale ? nameOf(scale, figure.value) : figure.value;
  }
  function proof(answer) {
    var unit = answer.unit;
    var out = make('div', { class: 'proof' }, make('h3', {}, say(word("try.proof", { unit: nameOf(about.units, unit.unit) }))));
    var graded = about.grades.length > 0;
    var keys = [[word("try.part")], [word("value"), 1], [word("score"), 1], [word("weight"), 1]];
    if (graded) keys.push([word("ladder")]);
    var body = make('tbody', {});
    unit.nodes.forEach(function (n) {
      if (JSON.stringify(n.official) === JSON.stringify(n.yours)) return;
      var of = named(about.nodes, n.node);
      if (!of) return;
      function pair(pick) {
        return became(pick(n.official), pick(n.yours));
      }
      var cells = [make('th', { scope: 'row' }, say(of.name)),
        td(of.indicator ? pair(function (s) { return written(s.figure, of); }) : null, 1),
        td(pair(function (s) { return s.score ? s.score.shown : '–'; }), 1),
        td(pair(function (s) { return s.weight == null ? '–' : String(Number(Number(s.weight).toPrecision(4))); }), 1)];
      if (graded) {
        var steps = document.createDocumentFragment();
        n.yours.steps.forEach(function (verdict, i) {
          if (verdict === n.official.steps[i]) return;
          steps.append(make('div', {}, say(about.grades[i].name), ': ', became(verdictWord(n.official.steps[i]), verdictWord(verdict))));
        });
        cells.push(td(steps.childNodes.length ? steps : say(word("try.same"))));
      }
      body.append(row(cells));
    });
    if (body.childNodes.length) {
      out.append(make('div', { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': plain(word("try.parts")) },
        make('table', {}, make('caption', {}, say(word("try.parts"))), head(keys), body)));
    } else {
      out.append(make('p', { class: 'quiet' }, say(word("try.nothing_moves"))));
    }
    unit.proofs.forEach(function (p) {
      var one = p.proof;
      var summary = make('summary', {}, say(nameOf(about.standards, p.standard)), ' · ', say(nameOf(about.grades, p.grade)), ': ',
        became(verdictWord(one.official.verdict), verdictWord(one.yours.verdict)));
      out.append(make('details', { open: one.official.verdict !== one.yours.verdict, 'data-proof': p.standard + ' ' + p.grade, 'data-verdict': one.yours.verdict }, summary, make('ul', {}, clause(one))));
    });
    return out;
  }
  function clause(c) {
    var text = c.words || (c.group ? nameOf(about.nodes, c.group) : word("try.together"));
    var line = make('li', {}, say(text), ': ', became(verdictWord(c.official.verdict), verdictWord(c.yours.verdict)));
    if (c.yours.needed !== '0' && !c.clauses.length) {
      line.append(' (', became(c.official.proven + ' / ' + c.official.needed, c.yours.proven + ' / ' + c.yours.needed), ')');
    }
    if (c.clauses.length || c.parts.length) {
      var list = make('ul', {});
      c.clauses.forEach(function (inner) { list.append(clause(inner)); });
      c.parts.forEach(function (part) {
        list.append(make('li', {}, say(nameOf(about.nodes, part.node)), part.grade ? ' (' : null, part.grade ? say(nameOf(about.grades, part.grade)) : null, part.grade ? ')' : null, ': ',
          became(verdictWord(part.official), verdictWord(part.yours))));
      });
      line.append(list);
    }
    return line;
  }

  function quote(text) {
    return /^[\w.\/:=@%+,-]+$/.test(text) ? text : "'" + text.replace(/'/g, "'\\''") + "'";
  }
  function command() {
    var out = root.dataset.command;
    lists('weights').forEach(function (w) { out += ' --weight ' + quote(w[0] + '=' + w[1]); });
    lists('figures').forEach(function (f) { out += ' --set ' + quote(f[0] + '.' + f[1] + '=' + f[2]); });
    lists('thresholds').forEach(function (t) { out += ' --threshold ' + quote(t[0] + '.' + t[1] + '=' + t[2]); });
    if (scenario.node !== about.nodes[0].id) out += ' --node ' + quote(scenario.node);
    return out + ' --all';
  }

  function update() {
    clearTimeout(timer);
    var answer = ask(asked());
    var n = ['weights', 'figures', 'thresholds'].reduce(function (sum, kind) { return sum + Object.keys(scenario[kind]).length; }, 0);
    root.classList.toggle('differs', n > 0);
    if (!answer.ok) {
      shown.fault.textContent = plain(word("try.fault")) + ' ' + answer.errors.map(function (e) {
        return e.message + (e.help ? ' — ' + e.help : '');
      }).join('; ');
      shown.banner.className = n ? 'banner yours' : 'banner';
      if (!shown.answer) {
        // A link that nobody can compute still shows the official result beside what is wrong with it.
        answer = ask({ node: scenario.node, unit: scenario.unit });
        if (!answer.ok) return;
        show(answer, n, []);
      }
      root.dataset.state = 'fault';
      return;
    }
    shown.fault.textContent = '';
    show(answer, n, answer.said);
    root.dataset.state = 'done';
  }
  function show(answer, n, said) {
    shown.answer = answer;
    var verdict = n
      ? make('p', {}, make('strong', {}, say(word("try.yours"))), ' ', say(word("try.moved", { moved: String(answer.moved), n: String(answer.rows.length) })))
      : make('p', {}, make('strong', {}, say(word("try.is_official"))));
    shown.status.replaceChildren(verdict);
    shown.banner.className = n ? 'banner yours' : 'banner';
    var list = make('ul', {});
    said.forEach(function (text) { list.append(make('li', {}, say(word("try.if", { change: text })))); });
    shown.said.replaceChildren(list);
    shown.said.hidden = !said.length;
    shown.resetAll.disabled = !n;
    shown.results.replaceChildren(results(answer));
    shown.proof.replaceChildren(proof(answer));
    commandLine.textContent = command();
    // What else the page keeps in its address stays.
    var rest = location.hash.split('&').slice(1).map(function (part) { return '&' + part; }).join('');
    var link = encode() + rest;
    shown.link.value = String(location.href).split('#')[0] + link;
    if (n || location.hash.indexOf('#try=') === 0) history.replaceState(null, '', n ? link : '#try' + rest);
  }

  function build() {
    shown.status = make('div', { role: 'status', 'aria-live': 'polite' });
    shown.said = make('div', {});
    shown.fault = make('p', { class: 'fault', role: 'alert', id: 'try-fault' });
    shown.link = make('input', { type: 'text', readonly: true, class: 'link', id: 'try-link', 'aria-label': plain(word("try.link")) });
    shown.resetAll = button(word("try.reset_all"), function () {
      var kept = scenario;
      scenario = official();
      scenario.node = kept.node;
      scenario.unit = kept.unit;
      update();
      Object.keys(parts).forEach(again);
      shown.node.focus();
    });
    shown.resetAll.id = 'try-reset';
    var copy = button(word("try.copy"), function () {
      shown.link.select();
      // Not there in pages from a file; the link is selected all the same.
      if (navigator.clipboard) navigator.clipboard.writeText(shown.link.value).catch(function () {});
    });
    shown.banner = make('div', { class: 'banner' }, shown.status, shown.said,
      make('div', { class: 'actions' }, shown.resetAll, copy, shown.link));
    shown.node = choice('try-node', about.nodes.map(indented), scenario.node, function (id) {
      scenario.node = id;
      update();
    });
    shown.results = make('div', {});
    shown.proof = make('div', {});
    ['weights', 'figures', 'thresholds'].forEach(function (part) { shown[part] = make('div', {}); });
    root.replaceChildren(shown.banner, shown.fault, shown.weights, shown.figures, shown.thresholds,
      make('div', { class: 'fields' }, field(word("try.compare"), shown.node)), shown.results, shown.proof);
    update();
    Object.keys(parts).forEach(again);
  }

  var begun = false;
  function begin() {
    if (begun) return;
    begun = true;
    root.dataset.state = 'loading';
    note.textContent = plain(word("try.loading"));
    unpack().then(function (module) {
      compiled = module;
      session = start();
      about = session.opened;
      if (!about.ok) throw new Error(about.errors.map(function (e) { return e.message; }).join('; '));
      note.hidden = true;
      root.hidden = false;
      shown.fault = note;
      scenario = official();
      var linked = restore(location.hash);
      var fault = linked || location.hash.indexOf('#try=') !== 0 ? '' : plain(word("try.broken"));
      build();
      if (fault) shown.fault.textContent = fault;
      if (location.hash.indexOf('#try=') === 0) document.getElementById('try').scrollIntoView();
      addEventListener('hashchange', function () {
        if (restore(location.hash)) {
          shown.node.value = scenario.node;
          update();
          Object.keys(parts).forEach(again);
        }
      });
    }).catch(function (error) {
      begun = false;
      note.hidden = false;
      note.textContent = plain(word("try.off")) + ' (' + error.message + ')';
      root.dataset.state = 'off';
    });
  }
  if (typeof WebAssembly !== 'object' || typeof DecompressionStream !== 'function') return;
  note.textContent = plain(word("try.loading"));
  if (location.hash.indexOf('#try=') === 0 || typeof IntersectionObserver !== 'function') begin();
  else {
    // The module is unpacked when a reader comes near.
    var near = new IntersectionObserver(function (seen) {
      if (seen.some(function (s) { return s.isIntersecting; })) {
        near.disconnect();
        begin();
      }
    }, { rootMargin: '800px' });
    near.observe(document.getElementById('try'));
  }
})();
