import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isShopCode, type ShopCode } from '@trade/contracts';
import ts from 'typescript';

const ROOT = resolve(import.meta.dirname, '../../..');
/** The function that makes the errors of gRPC clients. */
const CLIENT_ERRORS = 'fromGrpcError';
const ROUTES = new Set(['Get', 'Post', 'Put', 'Patch', 'Delete']);

/**
 * Which shop codes the code of an operation names, in whatever it calls: in this service, in a library, or in another
 * service by gRPC, whose handlers have the names of the client's methods.
 */
export class ReachableShopCodes {
  private readonly checker: ts.TypeChecker;
  private readonly sources: readonly ts.SourceFile[];
  private readonly grpcHandlers = new Map<string, ts.MethodDeclaration>();
  /** What may happen to a call on its way to a handler. */
  private readonly onTheWay: ts.Node[];

  constructor(services: readonly string[]) {
    const files = services.flatMap((service) => sourcesOf(join(ROOT, 'apps', service, 'src')));
    const { options } = ts.getParsedCommandLineOfConfigFile(
      join(ROOT, 'tsconfig.base.json'),
      {},
      {
        ...ts.sys,
        onUnRecoverableConfigFileDiagnostic: ({ messageText }) => {
          throw new Error(ts.flattenDiagnosticMessageText(messageText, '\n'));
        },
      },
    )!;
    const program = ts.createProgram(files, { ...options, noEmit: true });
    this.checker = program.getTypeChecker();
    this.sources = program.getSourceFiles().filter(({ fileName }) => isOurs(fileName));
    this.onTheWay = this.sources.flatMap(({ statements }) =>
      statements.filter((statement) => ts.isFunctionDeclaration(statement) && statement.name?.text === CLIENT_ERRORS),
    );
    for (const method of this.methods('GrpcMethod')) {
      const name = method.name.getText();
      if (this.grpcHandlers.has(name)) throw new Error(`two gRPC handlers are called ${name}`);
      this.grpcHandlers.set(name, method);
    }
  }

  /** By the class and the method of each REST operation, `OrderController.confirm`. */
  operations(): Map<string, Set<ShopCode>> {
    const found = new Map<string, Set<ShopCode>>();
    for (const method of this.methods(...ROUTES)) {
      const codes = new Set<ShopCode>();
      const seen = new Set<ts.Node>();
      this.walk(method, codes, seen);
      found.set(`${(method.parent as ts.ClassDeclaration).name!.text}.${method.name.getText()}`, codes);
    }
    return found;
  }

  private methods(...decorators: string[]): ts.MethodDeclaration[] {
    const found: ts.MethodDeclaration[] = [];
    const visit = (node: ts.Node): void => {
      if (ts.isMethodDeclaration(node) && decoratorsOf(node).some((name) => decorators.includes(name)))
        found.push(node);
      ts.forEachChild(node, visit);
    };
    this.sources.forEach(visit);
    return found;
  }

  private walk(node: ts.Node, codes: Set<ShopCode>, seen: Set<ts.Node>): void {
    if (seen.has(node)) return;
    seen.add(node);
    const visit = (child: ts.Node): void => {
      if (ts.isDecorator(child)) {
        for (const guard of this.guardsIn(child)) this.walk(guard, codes, seen);
        return;
      }
      if (ts.isStringLiteral(child) && isShopCode(child.text) && !isCompared(child)) codes.add(child.text);
      if (ts.isCallExpression(child) || ts.isNewExpression(child)) {
        for (const called of this.calledBy(child)) this.walk(called, codes, seen);
      }
      ts.forEachChild(child, visit);
    };
    ts.forEachChild(node, visit);
  }

  /** What runs by a call, where it is our code. */
  private calledBy(call: ts.CallExpression | ts.NewExpression): ts.Node[] {
    const declaration = this.checker.getResolvedSignature(call)?.declaration;
    if (declaration && isOurs(declaration.getSourceFile().fileName) && 'body' in declaration && declaration.body) {
      return [declaration];
    }
    const { expression } = call;
    const handler = ts.isPropertyAccessExpression(expression) && this.grpcHandlers.get(expression.name.text);
    return handler ? [handler, ...this.onTheWay] : [];
  }

  private guardsIn(decorator: ts.Decorator): ts.Node[] {
    const { expression } = decorator;
    if (!ts.isCallExpression(expression) || expression.expression.getText() !== 'UseGuards') return [];
    return expression.arguments.flatMap((guard) => {
      const symbol = this.checker.getSymbolAtLocation(guard);
      const target = symbol && symbol.flags & ts.SymbolFlags.Alias ? this.checker.getAliasedSymbol(symbol) : symbol;
      return target?.declarations ?? [];
    });
  }
}

function sourcesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('spec.ts'))
    .map((name) => join(folder, name));
}

function isOurs(fileName: string): boolean {
  return !fileName.includes('/node_modules/') && !fileName.includes('/src/generated/') && !fileName.endsWith('.d.ts');
}

function decoratorsOf(method: ts.MethodDeclaration): string[] {
  return (ts.getDecorators(method) ?? []).map(({ expression }) =>
    ts.isCallExpression(expression) ? expression.expression.getText() : expression.getText(),
  );
}

function isCompared({ parent }: ts.Node): boolean {
  return ts.isBinaryExpression(parent) || ts.isCaseClause(parent);
}
