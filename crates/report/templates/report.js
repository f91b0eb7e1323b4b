// The switch works without this; a script tells the browser which language the page is now in.
(function () {
  var root = document.documentElement;
  document.querySelectorAll('input[name="show"]').forEach(function (input) {
    input.addEventListener('change', function () {
      root.lang = input.value === 'zh' ? 'zh-Hans' : input.value === 'en' ? 'en' : root.lang;
    });
  });
})();
