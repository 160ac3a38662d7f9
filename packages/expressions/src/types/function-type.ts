import type { MethodSymbol, NetType, TypeScopeView } from "./net-type.js";
import { TypeBase } from "./type-base.js";

/** The type of a local function: a delegate without a name. */
export class FunctionType extends TypeBase {
  readonly kind = "delegate";
  readonly isOpen = false;
  readonly definitionName = "System.Delegate";
  readonly fullName = "System.Delegate";

  constructor(
    readonly name: string,
    readonly scope: TypeScopeView,
    private readonly makeInvoke: (type: NetType) => MethodSymbol,
  ) {
    super();
  }

  private known: MethodSymbol | null = null;

  override get invoke(): MethodSymbol {
    this.known ??= this.makeInvoke(this);
    return this.known;
  }

  override get baseType(): NetType | null {
    return this.scope.find("System.Delegate", 0) ?? this.scope.find("System.Object", 0);
  }
}
