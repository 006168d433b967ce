import { type QueryKey, useMutation, type UseMutationResult, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";

import { ApiError, troubleOf } from "~/api";
import { toast } from "~/ui";

export interface Deed<T, Given> {
  readonly does: (given: Given) => Promise<T>;
  /** What it makes stale. */
  readonly renews?: readonly QueryKey[];
  readonly done?: (result: T, given: Given) => void;
  /** What to say if it fails: "The board was not deleted". Left out where the form says it. */
  readonly failure?: string;
}

/** Something a person asks the server to do: renews what it changed, and says when it failed. */
export function useDeed<T, Given = void>(deed: Deed<T, Given>): UseMutationResult<T, unknown, Given> {
  const queries = useQueryClient();
  const router = useRouter();
  const signIn = {
    label: "Sign in again",
    run: () => void router.navigate({ to: "/login", search: { next: router.state.location.href } }),
  };
  return useMutation({
    mutationFn: deed.does,
    onSuccess: (result, given) => {
      for (const queryKey of deed.renews ?? []) {
        void queries.invalidateQueries({ queryKey });
      }
      deed.done?.(result, given);
    },
    onError: (error) => {
      if (deed.failure !== undefined) {
        const trouble = troubleOf(error);
        toast({
          kind: "fail",
          title: deed.failure,
          detail: [trouble.detail ?? trouble.title, trouble.remedy].filter(Boolean).join(" "),
          ...(error instanceof ApiError && error.kind === "step-up" ? { action: signIn } : {}),
        });
      }
    },
  });
}
