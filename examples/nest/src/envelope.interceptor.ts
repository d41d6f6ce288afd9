import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common'
import { map, type Observable } from 'rxjs'

/** Every answer is `{ data }`. */
@Injectable()
export class EnvelopeInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<{ data: unknown }> {
    const handler = context.getHandler().name
    return next.handle().pipe(
      map((data) => {
        const envelope = { data, from: handler }
        return envelope
      }),
    )
  }
}
