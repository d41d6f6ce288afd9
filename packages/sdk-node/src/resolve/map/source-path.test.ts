import { expect, it } from 'vitest'
import { sourcePath } from './source-path.ts'

it.each([
  ['cart.ts', '', '/app/dist/cart.js.map', '/app/dist/cart.ts'],
  ['../src/cart.ts', '', '/app/dist/cart.js.map', '/app/src/cart.ts'],
  ['cart.ts', '../src', '/app/dist/cart.js.map', '/app/src/cart.ts'],
  ['cart.ts', '/repo/src/', '/app/dist/cart.js.map', '/repo/src/cart.ts'],
  ['/repo/src/cart.ts', '../src', '/app/dist/cart.js.map', '/repo/src/cart.ts'],
  ['..\\src\\cart.ts', '', 'C:\\app\\dist\\cart.js.map', 'C:/app/src/cart.ts'],
  ['..\\src\\cart.ts', '', '/app/dist/cart.js.map', '/app/src/cart.ts'],
  ['C:\\repo\\src\\cart.ts', '', '/app/dist/cart.js.map', 'C:/repo/src/cart.ts'],
  ['cart.ts', 'C:\\repo\\src', '/app/dist/cart.js.map', 'C:/repo/src/cart.ts'],
  ['file:///repo/src/my%20cart.ts', '', '/app/dist/cart.js.map', '/repo/src/my cart.ts'],
  ['file://host/share/cart.ts', '', '/app/dist/cart.js.map', 'file://host/share/cart.ts'],
  ['../app/%5Bid%5D/page.tsx', '', '/app/dist/page.js.map', '/app/app/[id]/page.tsx'],
  ['../app/[id]/50%.ts', '', '/app/dist/page.js.map', '/app/app/[id]/50%.ts'],
  ['webpack://shop/./app/%5Bid%5D/page.tsx', '', '/app/dist/page.js.map', 'webpack://shop/app/[id]/page.tsx'],
  ['webpack:///./src/cart.ts', '', '/app/dist/main.js.map', 'webpack:///src/cart.ts'],
  ['webpack://shop/./src/cart.vue?1a2b', '', '/app/dist/main.js.map', 'webpack://shop/src/cart.vue'],
  ['src/cart.ts', 'webpack://shop', '/app/dist/main.js.map', 'webpack://shop/src/cart.ts'],
  ['ng://shop/cart.component.html', '', '/app/dist/main.js.map', 'ng://shop/cart.component.html'],
])('%s with root "%s" in %s is %s', (source, root, mapPath, expected) => {
  expect(sourcePath(source, root, mapPath)).toBe(expected)
})
