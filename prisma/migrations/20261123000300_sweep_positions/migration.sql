-- How far the sweep of GitLab has come, so that one that ran out of requests goes on where it stopped.
CREATE TABLE "sweep_positions" (
    "scope" TEXT NOT NULL,
    "position" TEXT NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "sweep_positions_pkey" PRIMARY KEY ("scope")
);
