import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { SchemaEngine } from '@prisma/schema-engine-wasm/schema_engine_bg'
import { engineAdapter } from './engine-adapter.ts'

// Node does not import .wasm files, so the engine's two halves are put together by hand, as a bundler would.
const bindingsModule = '@prisma/schema-engine-wasm/schema_engine_bg'

/** Node has this global, and its types leave it to those of browsers; said here is what the engine's module exports. */
declare const WebAssembly: {
  instantiate(
    code: Uint8Array,
    imports: Record<string, object>,
  ): Promise<{ instance: { exports: { __wbindgen_start: () => void } } }>
}

/**
 * Runs `work` with Prisma's schema engine on the database at `url`.
 *
 * The engine is Prisma's own, as WebAssembly: the program that its command line downloads is never needed.
 * Loading it takes about 0.1 s, so it is loaded only when there is work.
 */
export async function withSchemaEngine<T>(
  url: string,
  work: (engine: SchemaEngine) => Promise<T>,
): Promise<T> {
  const { SchemaEngine } = await loadBindings()
  const adapter = engineAdapter(url)
  try {
    const engine = await SchemaEngine.new({ datamodels: undefined }, () => {}, adapter.factory)
    try {
      return await work(engine)
    } finally {
      engine.free()
    }
  } finally {
    await adapter.close()
  }
}

type Bindings = typeof import('@prisma/schema-engine-wasm/schema_engine_bg')

let loading: Promise<Bindings> | undefined

function loadBindings(): Promise<Bindings> {
  return (loading ??= load())
}

async function load(): Promise<Bindings> {
  const bindings = await import('@prisma/schema-engine-wasm/schema_engine_bg')
  const code = await readFile(
    createRequire(import.meta.url)
      .resolve(bindingsModule)
      .replace(/js$/, 'wasm'),
  )
  const { instance } = await WebAssembly.instantiate(code, { './schema_engine_bg.js': bindings })
  // The two steps that wasm-bindgen's own entry point takes.
  const { __wbg_set_wasm: setWasm } = bindings
  const { __wbindgen_start: start } = instance.exports
  setWasm(instance.exports)
  start()
  tellPanics()
  return bindings
}

/** The engine hands its last words to this global, and fails without it; Prisma's client may have set it already. */
function tellPanics(): void {
  if ('PRISMA_WASM_PANIC_REGISTRY' in globalThis) return
  Object.assign(globalThis, {
    PRISMA_WASM_PANIC_REGISTRY: {
      set_message(message: string) {
        throw new Error(`Prisma’s schema engine panicked: ${message}`)
      },
    },
  })
}
