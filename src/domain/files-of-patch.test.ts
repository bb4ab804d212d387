import { expect, it } from 'vitest';
import { filesOfPatch } from './files-of-patch.ts';

it('each file of a diff has its name as it is called afterwards, and its lines', () => {
  const patch = `diff --git a/src/add.js b/src/add.js
index 1..2 100644
--- a/src/add.js
+++ b/src/add.js
@@ -1,2 +1,3 @@
 export
-  return a - b;
+  return a + b;
+  // mended
diff --git a/gone.txt b/gone.txt
deleted file mode 100644
--- a/gone.txt
+++ /dev/null
@@ -1 +0,0 @@
--- it was a list
diff --git a/old name b/new name
similarity index 100%
rename from old name
rename to new name
diff --git "a/\\303\\244.txt" "b/\\303\\244.txt"
--- "a/\\303\\244.txt"
+++ "b/\\303\\244.txt"
@@ -0,0 +1 @@
+a
diff --git a/empty b/empty
new file mode 100644
`;
  expect(filesOfPatch(patch)).toEqual([
    { path: 'src/add.js', added: 2, removed: 1 },
    { path: 'gone.txt', added: 0, removed: 1 },
    { path: 'new name', added: 0, removed: 0 },
    { path: '\\303\\244.txt', added: 1, removed: 0 },
    { path: 'empty', added: 0, removed: 0 },
  ]);
});

it('nothing changed is no file, and what cannot be read has no name', () => {
  expect(filesOfPatch('')).toEqual([]);
  expect(filesOfPatch('diff --git nothing\n')).toEqual([{ path: '', added: 0, removed: 0 }]);
});
