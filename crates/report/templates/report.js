// Everything on the page can be read without this. It adds sorting, filtering, a choice of peers, downloads and links to places.
(function () {
  'use strict';
  var root = document.documentElement;
  var holder = document.getElementById('report-data');
  var data = holder ? JSON.parse(holder.textContent) : { words: {}, units: [] };

  // The switch of languages works without this; a browser should know which language the page is now in.
  document.querySelectorAll('input[name="show"]').forEach(function (input) {
    input.addEventListener('change', function () {
      root.lang = input.value === 'zh' ? 'zh-Hans' : input.value === 'en' ? 'en' : root.lang;
    });
  });

  function make(tag, attributes, children) {
    var element = document.createElement(tag);
    Object.keys(attributes || {}).forEach(function (key) { element.setAttribute(key, attributes[key]); });
    (children || []).forEach(function (child) { element.append(child); });
    return element;
  }
  // A word in every language of the page, as the templates write them.
  function said(key) {
    var word = typeof key === 'string' ? data.words[key] || {} : key;
    var languages = data.languages || ['en'];
    if (languages.length < 2 || word.en === word.zh) return document.createTextNode(word[languages[0]] || word.en || '');
    return make('span', { class: 'tt' }, languages.map(function (lang) {
      return make('span', { class: 't', lang: lang }, [word[lang] || '']);
    }));
  }
  function plain(key) {
    var word = data.words[key] || {};
    return (data.languages || ['en']).map(function (lang) { return word[lang]; }).join(' / ');
  }
  var status = make('p', { class: 'vh', role: 'status' });
  document.body.append(status);

  // The text of a cell in the language that is shown; hidden forms are left out.
  function text(cell) {
    var shown = document.querySelector('input[name="show"]:checked');
    var copy = cell.cloneNode(true);
    copy.querySelectorAll('[aria-hidden="true"]').forEach(function (e) { e.remove(); });
    if (shown && shown.value !== 'both') {
      copy.querySelectorAll('.t').forEach(function (e) { if (e.lang.slice(0, 2) !== shown.value) e.remove(); });
    }
    return copy.textContent.replace(/\s+/g, ' ').trim();
  }
  function value(cell) {
    if (!cell) return '';
    if ('v' in cell.dataset) return Number(cell.dataset.v);
    var shown = text(cell);
    var number = Number(shown.replace(/[=,%+]/g, '').replace('\u2212', '-').split(' ')[0]);
    return shown !== '' && Number.isFinite(number) ? number : shown;
  }
  function rows(table) { return Array.prototype.slice.call(table.tBodies[0].rows); }

  function sort(table, column, button) {
    var head = button.closest('th');
    var down = head.getAttribute('aria-sort') === 'ascending';
    table.querySelectorAll('th[aria-sort]').forEach(function (th) { th.removeAttribute('aria-sort'); });
    head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
    var all = rows(table).map(function (row, at) { return [value(row.cells[column]), at, row]; });
    all.sort(function (a, b) {
      var numbers = typeof a[0] === 'number' && typeof b[0] === 'number';
      // What has no number comes last whichever way is asked for.
      if (typeof a[0] !== typeof b[0]) return typeof a[0] === 'number' ? -1 : 1;
      var order = numbers ? a[0] - b[0] : String(a[0]).localeCompare(String(b[0]));
      return (down ? -order : order) || a[1] - b[1];
    });
    all.forEach(function (entry) { table.tBodies[0].append(entry[2]); });
  }
  function filter(table, wanted) {
    var words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
    var n = 0;
    rows(table).forEach(function (row) {
      var all = row.textContent.toLowerCase();
      var hide = !words.every(function (word) { return all.indexOf(word) >= 0; });
      row.classList.toggle('unfit', hide);
      if (!hide) n += 1;
    });
    status.textContent = plain('shown') + ': ' + n;
  }
  function save(name, type, content) {
    var link = make('a', { download: name });
    link.href = URL.createObjectURL(new Blob([content], { type: type }));
    link.click();
    setTimeout(function () { URL.revokeObjectURL(link.href); }, 1000);
  }
  function keys(table) {
    return Array.prototype.map.call(table.tHead.rows[0].cells, function (th, at) {
      return th.dataset.key || text(th) || String(at + 1);
    });
  }
  // Numbers as they are, not as they are shown; a text that a spreadsheet would run is told to be text.
  function csv(table) {
    function field(content) {
      var shown = String(content);
      if (typeof content === 'string' && /^[=+\-@\t\r]/.test(shown)) shown = "'" + shown;
      return /[",\n\r]/.test(shown) ? '"' + shown.replace(/"/g, '""') + '"' : shown;
    }
    var all = [keys(table)].concat(rows(table).filter(seen).map(function (row) {
      return Array.prototype.map.call(row.cells, function (c) { return 'v' in c.dataset ? Number(c.dataset.v) : text(c); });
    }));
    return '\ufeff' + all.map(function (row) { return row.map(field).join(','); }).join('\r\n') + '\r\n';
  }
  function json(table) {
    var names = keys(table);
    return JSON.stringify(rows(table).filter(seen).map(function (row) {
      var out = {};
      Array.prototype.forEach.call(row.cells, function (c, at) { out[names[at]] = 'v' in c.dataset ? Number(c.dataset.v) : text(c); });
      return out;
    }), null, 1) + '\n';
  }
  function seen(row) { return !row.classList.contains('unfit') && !row.classList.contains('unpicked'); }

  document.querySelectorAll('table.data, table.rank').forEach(function (table) {
    if (!table.tHead || !table.tBodies.length) return;
    var name = (data.package || 'report') + '-' + (table.id || 'ranking');
    Array.prototype.forEach.call(table.tHead.rows[0].cells, function (th, column) {
      if (!th.textContent.trim() || rows(table).length < 2) return;
      var button = make('button', { type: 'button', class: 'sort' });
      while (th.firstChild) button.append(th.firstChild);
      button.addEventListener('click', function () { sort(table, column, button); });
      th.append(button);
    });
    var bar = make('div', { class: 'tools' });
    if (rows(table).length > 8) {
      var input = make('input', { type: 'search' });
      input.addEventListener('input', function () { filter(table, input.value); });
      bar.append(make('label', {}, [said('filter'), ' ', input]));
    }
    [['CSV', 'text/csv;charset=utf-8', csv], ['JSON', 'application/json', json]].forEach(function (kind) {
      var button = make('button', { type: 'button', 'aria-label': plain('download') + ' ' + kind[0] }, [kind[0]]);
      button.addEventListener('click', function () { save(name + '.' + kind[0].toLowerCase(), kind[1], kind[2](table)); });
      bar.append(button);
    });
    table.closest('.scroll').after(bar);
  });

  // Peers: rows and columns of units that are not picked are hidden, never those of the report's own unit.
  var picked = null;
  function pick(units) {
    picked = units && units.length ? units : null;
    function out(code) { return picked !== null && code !== data.own && picked.indexOf(code) < 0; }
    document.querySelectorAll('tr[data-unit]').forEach(function (row) { row.classList.toggle('unpicked', out(row.dataset.unit)); });
    document.querySelectorAll('table.heat').forEach(function (table) {
      Array.prototype.forEach.call(table.tHead.rows[0].cells, function (th, at) {
        if (!th.dataset.unit) return;
        table.querySelectorAll('tr').forEach(function (row) {
          var cell = row.cells[at];
          if (cell && cell.colSpan === 1) cell.classList.toggle('unpicked', out(th.dataset.unit));
        });
      });
    });
    document.querySelectorAll('.picker input').forEach(function (box) { box.checked = picked === null || picked.indexOf(box.value) >= 0; });
    var hash = location.hash.slice(1).split('&')[0];
    history.replaceState(null, '', picked ? '#' + hash + '&peers=' + picked.map(encodeURIComponent).join(',') : hash ? '#' + hash : location.pathname + location.search);
    status.textContent = plain('peers') + ': ' + (picked ? picked.length : data.units.length);
  }
  var others = data.units.filter(function (unit) { return unit.id !== data.own; });
  var nav = document.querySelector('nav');
  if (nav && others.length > 1 && document.querySelector('tr[data-unit], table.heat')) {
    var list = make('ul', {});
    others.forEach(function (unit) {
      var box = make('input', { type: 'checkbox', value: unit.id });
      box.checked = true;
      box.addEventListener('change', function () {
        var on = Array.prototype.filter.call(list.querySelectorAll('input'), function (b) { return b.checked; });
        pick(on.length === others.length ? null : on.map(function (b) { return b.value; }));
      });
      list.append(make('li', {}, [make('label', {}, [box, ' ', said(unit.name)])]));
    });
    var all = make('button', { type: 'button' }, [said('all')]);
    all.addEventListener('click', function () { pick(null); });
    nav.append(make('details', { class: 'picker' }, [make('summary', {}, [said('peers')]), all, list]));
  }

  // Every heading can be linked to.
  document.querySelectorAll('main h2[id], main article[id] h4').forEach(function (heading) {
    var id = heading.tagName === 'H4' ? heading.closest('article').id : heading.id;
    heading.append(make('a', { class: 'here', href: '#' + id, 'aria-label': plain('link') }, ['#']));
  });
  // A number leads to how it came about: where its card is on the page, there; else it says which command tells it.
  function decoded(text) {
    try { return decodeURIComponent(text); } catch (broken) { return text; }
  }
  function arrive() {
    var parts = location.hash.slice(1).split('&');
    parts.slice(1).forEach(function (part) {
      if (part.indexOf('peers=') === 0) pick(part.slice(6).split(',').map(decoded));
    });
    var target = parts[0] && document.getElementById(decoded(parts[0]));
    if (!target) return;
    if (parts.length > 1) target.scrollIntoView();
    target.querySelectorAll('details.proof').forEach(function (proof) { proof.open = true; });
  }
  var told = make('div', { class: 'told', role: 'status', hidden: '' });
  document.body.append(told);
  document.querySelectorAll('span[data-ref]').forEach(function (number) {
    if (number.closest('a, button, summary')) return;
    number.tabIndex = 0;
    number.setAttribute('role', 'button');
    function tell() {
      var parts = number.dataset.ref.split('/');
      var proof = parts[1] === data.own && (document.querySelector('#i-' + CSS.escape(parts[0]) + ' details.proof') || document.querySelector('section[aria-labelledby="ranking"] details.proof'));
      if (proof) { proof.open = true; proof.scrollIntoView({ block: 'center' }); proof.querySelector('summary').focus(); return; }
      var command = 'gradus explain ' + data.package + ' --unit ' + parts[1] + ' --node ' + parts[0] + (parts[2] === '-' ? '' : ' --period ' + parts[2]);
      var close = make('button', { type: 'button', 'aria-label': plain('close') }, ['\u00d7']);
      close.addEventListener('click', function () { told.hidden = true; number.focus(); });
      told.replaceChildren(said('explain'), ' ', make('code', {}, [command]), ' ', close);
      told.hidden = false;
    }
    number.addEventListener('click', tell);
    number.addEventListener('keydown', function (event) {
      if (event.key === 'Enter' || event.key === ' ') { event.preventDefault(); tell(); }
    });
  });
  document.addEventListener('keydown', function (event) { if (event.key === 'Escape') told.hidden = true; });
  window.addEventListener('hashchange', arrive);
  arrive();
})();
