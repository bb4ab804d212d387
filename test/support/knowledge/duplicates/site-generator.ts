import type { DuplicatePair } from './pair.ts';

/** Of a generator of static sites: a command line program in TypeScript. */
export const siteGeneratorPairs: readonly DuplicatePair[] = [
  {
    shares: 'error',
    past: {
      title: 'Build crashes on a page without front matter',
      body: "One of our pages is plain Markdown, no `---` block. `tilth build` dies:\n\nTypeError: Cannot read properties of undefined (reading 'date')\n    at sortByDate (/home/ana/blog/node_modules/tilth/dist/collections.js:88:21)\n    at Array.sort (<anonymous>)",
      paths: ['src/collections.ts', 'test/collections.test.ts'],
      change:
        '-  return pages.sort((a, b) => b.meta.date - a.meta.date);\n+  return pages.toSorted((a, b) => (b.meta?.date ?? 0) - (a.meta?.date ?? 0));',
      lesson: 'Pages may have no front matter at all: `meta` is undefined then.',
    },
    query: {
      title: 'tilth 2.4 fails after adding README.md to content/',
      body: "I only dropped our readme in the folder and now nothing gets generated.\n\nTypeError: Cannot read properties of undefined (reading 'date')\n    at sortByDate (C:\\Users\\kim\\site\\node_modules\\tilth\\dist\\collections.js:91:23)\n    at async build (C:\\Users\\kim\\site\\node_modules\\tilth\\dist\\build.js:14:3)",
    },
    beside: [
      [
        'Dates in front matter are read in the wrong time zone',
        'A page with `date: 2024-03-01` shows February 29 in America. collections.ts parses it as UTC and prints it local.',
      ],
    ],
  },
  {
    shares: 'error',
    past: {
      title: 'EMFILE on sites with many images',
      body: "Our gallery has 9,000 photographs. `tilth build` stops with\n\nError: EMFILE: too many open files, open '/srv/gallery/img/4411.jpg'\n\nIt seems every image is opened at once.",
      paths: ['src/images/resize.ts'],
      change: '-  await Promise.all(images.map(resize));\n+  await mapLimited(images, 32, resize);',
      lesson: 'Never open all files of a site at the same time; mapLimited holds it to 32.',
    },
    query: {
      title: 'Cannot build on macOS: too many open files',
      body: "Works on our Linux CI, on my MacBook it ends after some seconds:\n[Error: EMFILE: too many open files, open '/Users/jo/work/docs/static/screens/login-dark.png'] { errno: -24, code: 'EMFILE', syscall: 'open' }\nRaising ulimit helps, but others will hit it as well.",
    },
    beside: [
      ['Images with upper-case endings are not resized', 'static/A.JPG is copied as it is, because resize.ts only looks at .jpg and .png.'],
    ],
  },
  {
    shares: 'names',
    past: {
      title: '`--base-path` is ignored by the asset helper',
      body: 'With `tilth build --base-path /docs` links between pages get the prefix, but `{{ asset "main.css" }}` still gives `/main.css`, so that the site has no styles below a sub-folder.',
      paths: ['src/template/helpers.ts'],
      change: '-export const asset = (name) => `/${name}`;\n+export const asset = (name, { basePath }) => joinUrl(basePath, name);',
      lesson: 'Every helper that gives an address goes through joinUrl with basePath.',
    },
    query: {
      title: 'GitHub Pages project site is unstyled',
      body: 'Deployed to user.github.io/handbook using --base-path /handbook. HTML loads and navigation works, but the stylesheet and favicon are requested from the domain root and give 404. Locally everything looks right.',
    },
    beside: [
      [
        '`--base-path` without a leading slash produces broken links',
        'Passing `docs` gives `docs/guide` relative to the page. It should be made absolute or refused.',
      ],
    ],
  },
  {
    shares: 'names',
    past: {
      title: 'Draft pages end up in sitemap.xml',
      body: 'Pages with `draft: true` are not rendered, which is right, but writeSitemap lists them anyway. Search engines then report dead links.',
      paths: ['src/output/sitemap.ts'],
      change: '-  const urls = site.pages.map(toUrl);\n+  const urls = site.pages.filter(isPublished).map(toUrl);',
      lesson: 'isPublished is the one question to ask before a page is listed anywhere.',
    },
    query: {
      title: 'Search Console complains about 404s from our sitemap.xml',
      body: 'The URLs it names belong to articles that are still marked draft. They should not be announced until they are out.',
    },
    beside: [
      ['sitemap.xml has no lastmod', 'Crawlers would like to know when a page changed. writeSitemap could take it from git.'],
      ['Drafts should be visible with `tilth serve`', 'While writing I want to see pages that have `draft: true`.'],
    ],
  },
  {
    shares: 'sense',
    past: {
      title: 'Live reload stops after the config file is saved',
      body: 'Once I edit tilth.config.ts while the development server is running, the browser does not refresh any more, whatever I change afterwards. The watcher is closed for the restart and never opened again.',
      paths: ['src/serve/watch.ts'],
      change: '+  await watcher.close();\n+  watcher = openWatcher(config.contentFolder);',
      lesson: 'A restart of the server has to open its watcher anew.',
    },
    query: {
      title: 'Have to restart the dev server whenever I touch the settings',
      body: 'After changing anything in the configuration, later edits of pages no longer show up until I kill the process and begin again. Hot reloading is dead from then on, without a message.',
    },
    beside: [
      [
        'Dev server reloads twice for every saved page',
        'Editors that write through a temporary file trigger two refreshes of the browser.',
      ],
    ],
  },
  {
    shares: 'sense',
    past: {
      title: 'Headings with the same text get the same anchor',
      body: 'A page with two "Example" sections has two elements with id="example". The table of contents jumps to the first for both.',
      paths: ['src/markdown/slug.ts'],
      change: '+  const count = seen.get(slug) ?? 0;\n+  seen.set(slug, count + 1);\n+  return count === 0 ? slug : `${slug}-${count}`;',
      lesson: 'Slugs are unique within a page: the second of a kind gets -1.',
    },
    query: {
      title: 'Links in the sidebar contents go to the wrong section',
      body: 'Our API page has a "Parameters" title below each method. Whichever I click, I land on the first one. Probably the generated ids are not distinct.',
    },
    beside: [
      [
        'Anchors of headings lose their umlauts',
        'The heading "Überblick" becomes id="berblick". Slugs should keep letters of every script.',
      ],
    ],
  },
  {
    shares: 'error',
    past: {
      title: 'Unicode file names break the incremental cache',
      body: 'On a site with Japanese file names the second build fails with\n\nTypeError [ERR_INVALID_CHAR]: Invalid character in header content ["etag"]\n    at ServerResponse.setHeader (node:_http_outgoing:662:3)\n    at sendFile (dist/serve/send.js:40:9)',
      paths: ['src/serve/send.ts'],
      change: '-  response.setHeader(\'etag\', `"${path}-${mtime}"`);\n+  response.setHeader(\'etag\', `"${hash(path)}-${mtime}"`);',
      lesson: 'Headers hold ASCII only: hash whatever comes from a file name.',
    },
    query: {
      title: 'Preview gives an internal error for pages with Cyrillic names',
      body: 'serve works for index.md; for новости.md the terminal shows\n  Invalid character in header content ["etag"]\n  code: ERR_INVALID_CHAR\nand the browser gets nothing.',
    },
    beside: [
      ['Preview sends no etag for stylesheets', 'The browser loads all CSS again for each page. send.ts sets the header for HTML only.'],
    ],
  },
  {
    shares: 'error',
    past: {
      title: 'Plugin written as ESM cannot be loaded',
      body: 'My plugin is an ES module. tilth says:\n\nError [ERR_REQUIRE_ESM]: require() of ES Module /site/plugins/toc.mjs not supported.\n    at loadPlugin (dist/plugins/load.js:12:18)',
      paths: ['src/plugins/load.ts'],
      change: '-  const plugin = require(path);\n+  const { default: plugin } = await import(pathToFileURL(path).href);',
      lesson: 'Plugins are imported, never required; on Windows import() wants a file URL.',
    },
    query: {
      title: 'Upgrading my remark plugin made the build fail',
      body: 'The newest version of it is "type": "module". Now:\n\nError [ERR_REQUIRE_ESM]: require() of ES Module /builds/docs/node_modules/remark-callouts/index.js from /builds/docs/node_modules/tilth/dist/plugins/load.js not supported.',
    },
    beside: [
      [
        'Errors within a plugin do not say which plugin it was',
        'When a hook throws, only the stack is printed. load.ts knows the name and should add it.',
      ],
    ],
  },
  {
    shares: 'names',
    past: {
      title: 'paginate() drops the last page when it is full',
      body: 'With 20 posts and `perPage: 10` there is only /blog/1. The number of pages is computed with floor((n - 1) / perPage).',
      paths: ['src/collections/paginate.ts'],
      change: '-  const pages = Math.floor((items.length - 1) / perPage);\n+  const pages = Math.ceil(items.length / perPage);',
      lesson: 'The number of pages is ceil(items / perPage).',
    },
    query: {
      title: 'Oldest articles are missing from the archive',
      body: 'We set perPage to 5 and have 15 articles, yet only 10 of them are listed. Adding one more brings the others back, so I suspect paginate.',
    },
    beside: [
      [
        'paginate() should offer previous and next',
        'Templates compute the neighbours themselves today; perPage and the page number are known to the function.',
      ],
    ],
  },
  {
    shares: 'names',
    past: {
      title: 'RSS feed has relative links',
      body: 'Feed readers show broken images as `<img src="/img/a.png">` is kept as it is in feed.xml. Addresses have to be made absolute with `siteUrl`.',
      paths: ['src/output/feed.ts'],
      change: '+  const content = absoluteAddresses(page.html, config.siteUrl);',
      lesson: 'What leaves the site (feed, mail) holds absolute addresses only.',
    },
    query: {
      title: 'Pictures do not show up in Feedly',
      body: 'Subscribed to our own feed.xml to check: text is there, all images are empty boxes. The siteUrl setting is filled in. On the web page itself they are fine.',
    },
    beside: [
      ['feed.xml contains only the summary', 'I would like to have the whole article in the feed, as an option.'],
      [
        'siteUrl with a slash at its end gives double slashes',
        'https://example.org/ leads to https://example.org//blog in canonical links.',
      ],
    ],
  },
];
