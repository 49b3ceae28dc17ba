/** NestJS on Fastify, its fastest adapter; compiled with the decorators that it wants. */
// oxlint-disable-next-line import/no-unassigned-import
import "reflect-metadata";
import { Readable } from "node:stream";
import {
  Body,
  Controller,
  Get,
  HttpCode,
  HttpException,
  Injectable,
  Module,
  Param,
  Post,
  StreamableFile,
  UnauthorizedException,
  UseGuards,
  type CanActivate,
  type ExecutionContext,
  type PipeTransform,
} from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { FastifyAdapter, type NestFastifyApplication } from "@nestjs/platform-fastify";
import { ACCOUNT, AUTHORIZATION, PRODUCTS, streamPieces } from "../../servers/answers.ts";
import { NewOrder } from "./orders.ts";

@Injectable()
class SignedIn implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { headers } = context.switchToHttp().getRequest();
    if (headers.authorization !== AUTHORIZATION) throw new UnauthorizedException();
    return true;
  }
}

class OrderPipe implements PipeTransform {
  transform(value: unknown): { product: string; quantity: number } {
    const parsed = NewOrder.safeParse(value);
    if (!parsed.success) throw new HttpException("invalid", 422);
    return parsed.data;
  }
}

@Controller()
class AppController {
  @Get("plaintext") plaintext(): string {
    return "Hello, World!";
  }
  @Get("json") json(): object {
    return { message: "Hello, World!" };
  }
  @Get("users/:id") user(@Param("id") id: string): object {
    return { id, name: "Ada", email: "ada@example.com" };
  }
  @Post("users") @HttpCode(200) create(@Body() body: object): object {
    return body;
  }
  @Get("account") @UseGuards(SignedIn) account(): object {
    return ACCOUNT;
  }
  @Post("orders") order(@Body(new OrderPipe()) body: object): object {
    const { product, quantity } = body as { product: string; quantity: number };
    return { id: 1, product, quantity };
  }
  @Get("products") products(): object {
    return PRODUCTS;
  }
  @Post("uploads") @HttpCode(200) upload(@Body() body: object): object {
    return { bytes: (body as Buffer).length };
  }
  @Get("export") export(): StreamableFile {
    return new StreamableFile(Readable.from(streamPieces(), { objectMode: false }), {
      type: "text/plain; charset=utf-8",
    });
  }
}

@Module({ controllers: [AppController] })
class AppModule {}

const app = await NestFactory.create<NestFastifyApplication>(AppModule, new FastifyAdapter(), {
  logger: false,
});
app.useBodyParser("application/octet-stream", { bodyLimit: 1 << 20 });
await app.listen(0, "127.0.0.1");
process.stdout.write(`listening ${app.getHttpServer().address().port}\n`);
process.once("SIGTERM", () => void app.close().then(() => process.exit(0)));
