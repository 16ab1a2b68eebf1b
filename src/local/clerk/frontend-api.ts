import { Hono } from 'hono'
import { cors } from 'hono/cors'
import { clientRoutes } from './client-routes.ts'
import { presentEnvironment } from './environment.ts'
import { ClerkError } from './errors.ts'
import { type FrontendEnv, frontendRequest } from './frontend-context.ts'
import type { Instance } from './instance.ts'
import { oauth } from './oauth.ts'
import { profile } from './profile.ts'
import { signIns } from './sign-ins.ts'

const PATHS = ['/v1/environment', '/v1/client/*', '/v1/me/*', '/v1/oauth_callback', '/oauth/*']

/**
 * The frontend API, spoken by Clerk's scripts in a browser. Bodies are form-encoded, a method other than GET and POST travels as
 * `_method`, a cookie names the browser.
 */
export function frontendApi(instance: Instance) {
  const app = new Hono<FrontendEnv>()
  for (const path of PATHS) {
    app.use(
      path,
      cors({
        origin: (origin) => (instance.origins().has(origin) ? origin : null),
        credentials: true,
        allowHeaders: ['authorization', 'content-type'],
        exposeHeaders: ['authorization', 'x-country'],
      }),
      frontendRequest(instance),
    )
  }
  return app
    .get('/v1/environment', (c) => c.json(presentEnvironment(instance)))
    .patch('/v1/environment', (c) => c.json(presentEnvironment(instance)))
    .post('/v1/client/sign_ups', () => {
      throw new ClerkError(
        403,
        'sign_up_mode_restricted',
        'Sign ups are restricted',
        'This local instance has ready-made accounts and no sign-up. Sign in with one of them.',
      )
    })
    .route('/v1/client/sign_ins', signIns)
    .route('/v1/client', clientRoutes)
    .route('/v1/me', profile)
    .route('/', oauth)
}
