import type { DuplicatePair } from './pair.ts';

/** Of a board in the browser on which several people draw, in React. */
export const drawingBoardPairs: readonly DuplicatePair[] = [
  {
    shares: 'names',
    past: {
      title: 'useBoardSocket reconnects on each render',
      body: 'The options object is created inline, so that the effect of useBoardSocket runs every time and opens a socket anew. With a busy board we see some hundred connections a minute.',
      paths: ['src/hooks/useBoardSocket.ts'],
      change: '-  }, [url, options]);\n+  }, [url, options.token, options.retry]);',
      lesson: 'Effects depend on primitive values, never on objects that callers make.',
    },
    query: {
      title: 'Server sees a flood of websocket handshakes',
      body: 'Opening a single tab and moving the mouse creates dozens of connections, closing at once. In the profiler useBoardSocket is what opens them.',
    },
    beside: [
      ['useBoardSocket should report its state', 'Components want to show whether we are online.'],
      ['Websocket is not closed on leaving the board', 'After navigating to the list the old socket stays open and messages go on.'],
    ],
  },
  {
    shares: 'names',
    past: {
      title: 'exportToSvg loses fonts',
      body: 'Text in an exported SVG is shown in Times on machines without our hand-written font. exportToSvg should embed it as data URL in a style element.',
      paths: ['src/export/exportToSvg.ts'],
      change: '+  style.textContent = await fontFaceAsDataUrl(usedFonts(elements));',
      lesson: 'An export stands alone: fonts and pictures are embedded.',
    },
    query: {
      title: 'SVG looks different in Inkscape',
      body: 'Download as SVG and open on my computer: all labels have serifs and run out of their boxes. In the browser with the app installed it looks like on the canvas.',
    },
    beside: [
      ['exportToSvg: dark mode is not exported', 'The background stays white with light strokes on it.'],
      ['exportToPng is blurred on retina screens', 'The scale is always 1.'],
    ],
  },
  {
    shares: 'sense',
    past: {
      title: 'Undo reverts strokes of other people',
      body: 'The history is one stack for the board. When two draw at once, Ctrl+Z takes back the newest change of anybody. It has to be kept by person.',
      paths: ['src/history/undoStack.ts'],
      change: '-  const last = changes.pop();\n+  const last = changes.findLast((change) => change.by === me);',
      lesson: 'Each person undoes only what is theirs.',
    },
    query: {
      title: 'My colleague deletes my drawings by pressing ctrl-z',
      body: 'In a session with five people we constantly lose work: somebody wants to take back their own line and it is mine that vanishes.',
    },
    beside: [['Redo is lost after selecting something', 'A selection counts as a change and empties what could be done again.']],
  },
  {
    shares: 'sense',
    past: {
      title: 'Palm touches draw lines on tablets',
      body: 'Resting the hand while writing with a pencil leaves marks. While a pen has been seen lately touches should pan and not draw.',
      paths: ['src/input/pointer.ts'],
      change: "+  if (event.pointerType === 'touch' && now - lastPenAt < 60_000) return pan(event);",
      lesson: 'Once a pen is used, fingers move the board.',
    },
    query: {
      title: 'iPad with Apple Pencil: stray scribbles under my hand',
      body: 'Whenever I lay my wrist on the glass I get dots and strokes there. Other note apps ignore skin contact as long as the stylus is in use.',
    },
    beside: [['Pencil pressure is ignored', 'Strokes always have the same width on an iPad, though events carry pressure.']],
  },
  {
    shares: 'error',
    past: {
      title: 'Infinite loop when a frame contains itself',
      body: 'Pasting a frame into itself:\n\nRangeError: Maximum call stack size exceeded\n    at getAbsoluteBounds (src/geometry/bounds.ts:31)\n    at getAbsoluteBounds (src/geometry/bounds.ts:34)\n    at getAbsoluteBounds (src/geometry/bounds.ts:34)',
      paths: ['src/geometry/bounds.ts', 'src/clipboard/paste.ts'],
      change: '+  if (isAncestor(target, element)) return place(element, board);',
      lesson: 'No element becomes a child of what it contains; checked on paste and on drop.',
    },
    query: {
      title: 'Board cannot be opened any more, blank page',
      body: 'Console:\nUncaught RangeError: Maximum call stack size exceeded\n    at getAbsoluteBounds (bounds-3fa91c.js:1:2210)\n    at getAbsoluteBounds (bounds-3fa91c.js:1:2301)\nI had dragged a group around before. Please help, it is our sprint planning.',
    },
    beside: [
      [
        'Spread of large selections fails',
        'RangeError: Maximum call stack size exceeded\n    at selectAll (src/selection/select.ts:12)\n`push(...elements)` with 200,000 elements.',
      ],
    ],
  },
  {
    shares: 'error',
    past: {
      title: 'Quota exceeded when many pictures are pasted',
      body: "Uncaught (in promise) DOMException: Failed to execute 'setItem' on 'Storage': Setting the value of 'board:local' exceeded the quota.\n    at saveLocally (src/storage/local.ts:19)\n\nPictures should go to IndexedDB.",
      paths: ['src/storage/local.ts'],
      change: '-  localStorage.setItem(key, JSON.stringify(board));\n+  await pictures.put(board.files); // IndexedDB',
      lesson: 'localStorage holds 5 MB: only references to pictures lie there.',
    },
    query: {
      title: 'Changes vanish after reload',
      body: "We use lots of screenshots on one canvas. Nothing is kept any longer and DevTools prints: Failed to execute 'setItem' on 'Storage': Setting the value of 'board:local' exceeded the quota.",
    },
    beside: [['Pasted pictures are rotated', 'Photographs of phones ignore their EXIF orientation.']],
  },
  {
    shares: 'names',
    past: {
      title: 'gridSize is not honoured while resizing',
      body: 'Moving snaps to the grid, but dragging a corner does not: resizeElement never looks at appState.gridSize.',
      paths: ['src/transform/resizeElement.ts'],
      change: '+  const [x, y] = snap(pointer, appState.gridSize);',
      lesson: 'Every pointer position goes through snap.',
    },
    query: {
      title: 'Rectangles cannot be made exactly as wide as the raster',
      body: 'I set gridSize to 20 to draw floor plans. Placing works in steps, changing the width gives odd numbers such as 133.4.',
    },
    beside: [['gridSize is not saved with the board', 'After reload it is 0 again.']],
  },
  {
    shares: 'names',
    past: {
      title: 'VIEW_ONLY links still allow deleting through the keyboard',
      body: 'On a board that was shared with VIEW_ONLY the toolbar is hidden, but Delete and Backspace remove what is selected. handleKeyDown does not ask for the mode.',
      paths: ['src/input/handleKeyDown.ts'],
      change: "+  if (mode === 'VIEW_ONLY') return;",
      lesson: 'Modes are asked for where the state changes.',
    },
    query: {
      title: 'Read-only share can be vandalised',
      body: 'Sent a view only link to a client. They pressed backspace by accident and a shape was gone for everybody.',
    },
    beside: [
      ['VIEW_ONLY should allow to follow somebody', 'Viewers want to see the screen of the one who presents.'],
      ['Shared links do not expire', 'A link that was sent once works forever.'],
    ],
  },
  {
    shares: 'sense',
    past: {
      title: 'Arrows come loose when both ends are moved together',
      body: 'Select two boxes and the arrow between them, move all: the binding of the arrow is computed against the old places and it detaches.',
      paths: ['src/binding/update.ts'],
      change: '+  const moved = new Map(selection.map((element) => [element.id, element]));',
      lesson: 'Bindings are computed after all of a selection has moved.',
    },
    query: {
      title: 'Connectors lose their shapes in multi-selection',
      body: 'If I lasso a whole diagram and drag it elsewhere, the lines no longer stick to the rectangles: the next time I shift one of those, its connection stays behind.',
    },
    beside: [['Arrows should go around shapes', 'A connector with right angles that avoids boxes would be great.']],
  },
  {
    shares: 'sense',
    past: {
      title: 'Cursors of people who left stay on the board',
      body: 'When the laptop is closed the server gets no close frame. The presence is kept until the process ends. A heartbeat should remove who has been silent for 30 seconds.',
      paths: ['server/presence.ts'],
      change: '+  for (const [id, seen] of presence) if (now - seen > 30_000) presence.delete(id);',
      lesson: 'Presence expires; a close frame is not to be counted on.',
    },
    query: {
      title: 'Ghost users',
      body: 'The list shows 14 participants while we are three. Their pointers hang around motionless for hours, mostly of those who just put their computer to sleep.',
    },
    beside: [['Names of participants overlap their cursors', 'With long names the label covers what one is pointing at.']],
  },
];
